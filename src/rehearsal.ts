import { previousEvents } from "./batch.ts";
import type { Endpoint } from "./endpoint/endpoint.ts";
import { framesFor } from "./endpoint/frame.ts";
import { eventReader, type ReadEvent } from "./event/catalog.ts";
import { readBody } from "./event/message.ts";
import type { Refusal } from "./event/reason.ts";
import { type AcceptedEvent, takeIn } from "./intake.ts";
import type { LearnerContext } from "./learner/context.ts";
import type { Filter } from "./ledger/ledger.ts";
import type { Site } from "./site.ts";
import { type Told, tellAll } from "./statements.ts";

/** What would become of one event. Nothing is kept or sent. */
export type Rehearsed =
  | { readonly refusal: Refusal }
  | { readonly event: AcceptedEvent; readonly endpoints: readonly Heard[] };

/** What one endpoint would be told of it, or why it would be told nothing. */
export interface Heard {
  readonly endpoint: Endpoint;
  readonly statements: readonly { readonly translation: string; readonly statement: unknown }[];
  readonly failed?: string;
  readonly nothing?: Filter;
}

/** Who an event is from. */
export interface Whose extends Pick<LearnerContext, "server" | "course" | "roles" | "initiator"> {
  /** Who sent it; without this, the hub did so where the event itself names its learner. */
  readonly name?: string;
  /** Whose it is where neither says so. */
  readonly otherwise?: string;
}

/** Who is meant where nobody is named. */
export const ANYBODY = "ada";

/** The text of a message, and who it is from. */
export interface Part {
  readonly body: string;
  readonly whose: Whose;
}

/**
 * Takes the events of messages through the way of an event, as far as an endpoint's door, as one batch. Gives what
 * would become of them, message by message.
 */
export const rehearse = async (
  messages: readonly Part[],
  site: Site,
  key: string,
  arrived: number,
): Promise<readonly (readonly Rehearsed[])[]> => {
  const readEvent = eventReader(site.schemas);
  const intakes = await Promise.all(
    messages.map(async ({ body, whose }, at) => {
      const sender = senderOf(body, readEvent, whose, arrived);
      const readers = { readEvent, readSender: async () => sender, trust: site.settings.trust };
      const intake = await takeIn({ id: `message-${at}`, body, attributes: {}, arrived }, at, readers);
      if (intake.crash !== undefined) throw intake.crash;
      return intake;
    }),
  );
  const accepted = intakes.flatMap((each) => each.accepted);
  const frames = new Map(
    site.endpoints.map((endpoint) => [endpoint, framesFor(endpoint, site.settings, { key })]),
  );
  const previous = previousEvents(accepted, site.rules);
  const heard = new Map<AcceptedEvent, readonly Heard[]>();
  // What there is no room for at once has its turn in another round.
  for (let open: readonly AcceptedEvent[] = accepted; open.length > 0; ) {
    const { told, events, late } = tellAll(open, site, frames, { previous });
    for (const [at, event] of events.entries())
      heard.set(
        event,
        [...told].map(([endpoint, all]) => hear(event, at, { endpoint, ...all })),
      );
    open = open.filter(({ message }) => late.has(message));
  }
  return intakes.map((intake) => [
    ...intake.quarantined.map(({ reason, detail }) => ({ refusal: { reason, detail } })),
    ...intake.accepted.map((event) => ({
      event,
      endpoints: heard.get(event) ?? [],
    })),
  ]);
};

/** Events that name their learner are the hub's own, and so are those that are nobody's, unless somebody is named. */
const senderOf = (
  body: string,
  readEvent: ReadEvent,
  { name, otherwise = ANYBODY, ...about }: Whose,
  arrived: number,
): LearnerContext =>
  name === undefined && isHubs(body, readEvent, arrived)
    ? { subject: "hub", role: "service", groups: [], proven: true, ...about }
    : { subject: name ?? otherwise, role: "learner", groups: [], proven: true, ...about };

/** Whether an event is one that the hub or a service of it tells: it names its learner, or is nobody's. */
export const isHubs = (body: string, readEvent: ReadEvent, arrived: number): boolean => {
  const [first] = readBody(body);
  const schema =
    first !== undefined && "value" in first.read ? readEvent(first.read.value, arrived).schema : undefined;
  return schema !== undefined && (schema.learner !== undefined || schema.anonymous);
};

const hear = (
  event: AcceptedEvent,
  at: number,
  { endpoint, statements, failed, made }: Told & { readonly endpoint: Endpoint },
): Heard => {
  const failure = failed.find((each) => each.event === event.id);
  const outcome = made[at];
  return {
    endpoint,
    statements: statements
      .filter((each) => each.event === event.id)
      .map(({ translation, text }) => ({ translation, statement: JSON.parse(text) })),
    ...(failure !== undefined && { failed: failure.detail }),
    ...(typeof outcome === "string" && outcome !== "failed" && { nothing: outcome }),
  };
};
