import type { Endpoint } from "../src/endpoint/endpoint.ts";
import { framesFor } from "../src/endpoint/frame.ts";
import { eventReader } from "../src/event/catalog.ts";
import { readBody } from "../src/event/message.ts";
import type { Refusal } from "../src/event/reason.ts";
import { type AcceptedEvent, takeIn } from "../src/intake.ts";
import type { LearnerContext } from "../src/learner/context.ts";
import type { Site } from "../src/site.ts";
import { tell } from "../src/statements.ts";

/** What would become of one event. Nothing is kept or sent. */
export type Rehearsed =
  | { readonly refusal: Refusal }
  | { readonly event: AcceptedEvent; readonly endpoints: readonly Heard[] };

/** What one endpoint would be told of it, or why it would be told nothing. */
export interface Heard {
  readonly endpoint: Endpoint;
  readonly statements: readonly { readonly translation: string; readonly statement: unknown }[];
  readonly failed?: string;
  readonly nothing?: "selection" | "where" | "mapping";
}

/** Who an event is from. */
export interface Whose extends Pick<LearnerContext, "server" | "course" | "roles"> {
  /** Who sent it; without this, the hub did so where the event itself names its learner. */
  readonly name?: string;
  /** Whose it is where neither says so. */
  readonly otherwise?: string;
}

/** Who is meant where nobody is named. */
export const ANYBODY = "ada";

/** Takes the events of a message's text through the way of an event, as far as an endpoint's door. */
export const rehearse = async (
  body: string,
  site: Site,
  whose: Whose,
  key: string,
  arrived: number,
): Promise<readonly Rehearsed[]> => {
  const sender = senderOf(body, site, whose, arrived);
  const { accepted, quarantined, crash } = await takeIn({ body, attributes: {}, arrived }, 0, {
    readEvent: eventReader(site.schemas),
    readSender: async () => sender,
    trust: site.settings.trust,
  });
  if (crash !== undefined) throw crash;
  return [
    ...quarantined.map(({ reason, detail }) => ({ refusal: { reason, detail } })),
    ...accepted.map((event) => ({
      event,
      endpoints: site.endpoints.map((endpoint) => hear(event, endpoint, site, key)),
    })),
  ];
};

/** Events that name their learner are the hub's own, unless somebody is said to have sent them. */
const senderOf = (
  body: string,
  site: Site,
  { name, otherwise = ANYBODY, ...about }: Whose,
  arrived: number,
): LearnerContext => {
  const [first] = readBody(body);
  const event =
    first !== undefined && "value" in first.read
      ? eventReader(site.schemas)(first.read.value, arrived)
      : undefined;
  const isHubs = event !== undefined && "schema" in event && event.schema.learner !== undefined;
  return name === undefined && isHubs
    ? { subject: "hub", role: "service", proven: true, ...about }
    : { subject: name ?? otherwise, role: "learner", proven: true, ...about };
};

const hear = (event: AcceptedEvent, endpoint: Endpoint, site: Site, key: string): Heard => {
  const route = site.routes[endpoint.name] ?? { translate: {} };
  const told = tell([event], endpoint, route, framesFor(endpoint, site.settings, key));
  const [failed] = told.failed;
  const [made] = told.made;
  return {
    endpoint,
    statements: told.statements.map(({ translation, text }) => ({
      translation,
      statement: JSON.parse(text),
    })),
    ...(failed !== undefined && { failed: failed.detail }),
    ...(made === "selection" || made === "where" || made === "mapping" ? { nothing: made } : {}),
  };
};
