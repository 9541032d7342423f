import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { rawLine } from "../../src/archive/records.ts";
import { choicesAsker } from "../../src/consent/ask.ts";
import { packing } from "../../src/delivery/pack.ts";
import type { Endpoint } from "../../src/endpoint/endpoint.ts";
import { framesFor } from "../../src/endpoint/frame.ts";
import { eventReader, type ValidEvent } from "../../src/event/catalog.ts";
import { readBody } from "../../src/event/message.ts";
import {
  type AcceptedEvent,
  type EventMessage,
  type Intake,
  type Readers,
  takeInAll,
} from "../../src/intake.ts";
import { idOf, textWithout } from "../../src/intake-event.ts";
import { courseReader } from "../../src/learner/course-rules.ts";
import { identify, type Learner } from "../../src/learner/identify.ts";
import { pseudonymKeys } from "../../src/learner/pseudonym-keys.ts";
import { type Sender, senderReader } from "../../src/learner/sender.ts";
import { learnerTags } from "../../src/learner/tag.ts";
import { ledgerLine, type Made } from "../../src/ledger/ledger.ts";
import type { Site } from "../../src/site.ts";
import { type StatementOfMessage, type TellResult, type Told, tellAll } from "../../src/statements.ts";
import { tellOnward } from "../../src/telling.ts";
import { type Collected, withholder } from "../../src/withhold.ts";
import { scales, secretsOf } from "../steps/batches.ts";

/** Nobody has chosen anything; what was asked is remembered, as in a function. */
export const nobodyChose = ({ settings }: Site) =>
  choicesAsker({ read: async () => undefined }, settings.consent);

/** The parts of which translate.ts makes its story, each to be called by itself. */
export const pipelineOf = (site: Site) => {
  const { settings } = site;
  const secrets = secretsOf(site);
  const keys = pseudonymKeys(settings.pseudonyms, (reference) => secrets[reference] ?? "");
  const readers: Readers = {
    readEvent: eventReader(site.schemas),
    trust: settings.trust,
    readSender: senderReader(settings.trust, secrets, keys),
    naming: { courseOf: courseReader(settings.courses), tagOf: learnerTags(keys.key) },
  };
  const frames = new Map(
    site.endpoints.map((endpoint) => [endpoint, framesFor(endpoint, settings, keys)] as const),
  );
  return {
    readers,
    frames,
    takeIn: (batch: readonly EventMessage[]) => inRounds(batch, readers),
    withhold: withholder(settings.consent, nobodyChose(site), keys),
    /** Tells as the function does, which keeps no statement. */
    tellOnward: (
      events: readonly AcceptedEvent[],
      give: (endpoint: Endpoint, statement: StatementOfMessage) => void,
      isTold: Collected["isTold"] = () => true,
    ) => tellOnward(events, site, frames, { give, isTold, room: async () => {}, hasTime: () => true }),
    /** Tells all at once. With `isTold`, only those are told who may be, by their learners' choice. */
    tell: (
      events: readonly AcceptedEvent[],
      isTold: Collected["isTold"] = () => true,
    ): TellResult["told"] => {
      const all = new Map<Endpoint, Told>();
      for (let open = events; open.length > 0; ) {
        const { told, late } = tellAll(open, site, frames, { isTold });
        for (const [endpoint, some] of told) all.set(endpoint, together(all.get(endpoint), some));
        open = late.size === 0 ? [] : open.filter(({ message }) => late.has(message));
      }
      return all;
    },
  };
};

/** Takes in a batch round by round, as translate.ts does, of what there is room for at once. */
const inRounds = async (batch: readonly EventMessage[], readers: Readers): Promise<readonly Intake[]> => {
  const all: Intake[] = [];
  while (all.length < batch.length) {
    const start = all.length;
    for (const { accepted, ...intake } of await takeInAll(batch.slice(start), readers))
      all.push({
        ...intake,
        accepted:
          start === 0 ? accepted : accepted.map((event) => ({ ...event, message: event.message + start })),
      });
  }
  return all;
};

const together = (before: Told | undefined, more: Told): Told =>
  before === undefined
    ? more
    : {
        ...more,
        statements: [...before.statements, ...more.statements],
        made: [...before.made, ...more.made],
      };

/** An event on its way, with what each step needs of those before it. */
interface Single {
  readonly message: EventMessage;
  readonly position: number;
  readonly sender: Sender;
  readonly text: string;
  readonly value: unknown;
  readonly valid: ValidEvent;
  readonly event: AcceptedEvent;
  readonly learner: Learner;
}

/** What a batch comes to, step by step. */
export interface Followed {
  readonly singles: readonly Single[];
  readonly intakes: readonly Intake[];
  readonly accepted: readonly AcceptedEvent[];
  readonly told: TellResult["told"];
  readonly isTold: Collected["isTold"];
}

type Pipeline = ReturnType<typeof pipelineOf>;

/** Takes a batch through all steps. Throws where one of its events is not accepted: then it is no batch to measure. */
export const follow = async (pipeline: Pipeline, batch: readonly EventMessage[]): Promise<Followed> => {
  const intakes = await pipeline.takeIn(batch);
  const accepted = intakes.flatMap((each) => each.accepted);
  const { isTold } = await pipeline.withhold(intakes);
  const told = pipeline.tell(accepted, isTold);
  const singles: Single[] = [];
  for (const message of batch) {
    const sender = await pipeline.readers.readSender(message.attributes, message.arrived);
    for (const [position, { text, read }] of readBody(message.body).entries()) {
      const value = "value" in read ? read.value : undefined;
      const valid = pipeline.readers.readEvent(value, message.arrived);
      const event = accepted[singles.length];
      if ("reason" in valid || event === undefined) throw new Error("An event is not accepted.");
      singles.push({ message, position, sender, text, value, valid, event, learner: event.learner });
    }
  }
  return { singles, intakes, accepted, told, isTold };
};

/** The steps of translating a batch, by name, each as a piece of work that does it for the whole batch. */
export const stepsOf = (pipeline: Pipeline, batch: readonly EventMessage[], followed: Followed) => {
  const { readers, withhold } = pipeline;
  const { singles, intakes, accepted, told, isTold } = followed;
  const bucket = scales(new Map());
  const account = (endpoints: TellResult["told"]) => () =>
    writeLines(
      bucket,
      prefixOf("ledger"),
      accepted.map(({ id, arrived, learner }, at) => {
        const to: Record<string, Made> = {};
        for (const [{ name }, { made }] of endpoints) to[name] = made[at] ?? "mapping";
        return ledgerLine(arrived, { event: id, to, learner: learner.tag });
      }),
    );
  return {
    sender: async () => {
      for (const { attributes, arrived } of batch) await readers.readSender(attributes, arrived);
    },
    read: () => batch.map(({ body }) => readBody(body)),
    validate: () => singles.map(({ value, message }) => readers.readEvent(value, message.arrived)),
    protect: () => singles.map(({ valid, text, value }) => textWithout(valid.neverStore, text, value)),
    identify: () =>
      singles.map(({ sender, valid }) =>
        identify(sender, valid.data, valid.schema, readers.trust, readers.naming),
      ),
    ids: () =>
      singles.map(({ text, valid, sender, message, position }) =>
        idOf(text, valid, sender !== undefined && "subject" in sender ? sender : {}, [message.id, position]),
      ),
    line: () =>
      singles.map(({ event: { id, arrived, source, learner }, text }) =>
        rawLine(id, arrived, source, learner, text),
      ),
    consent: () => withhold(intakes),
    archive: () =>
      writeLines(
        bucket,
        prefixOf("raw"),
        // A line is written out once: another time it would be there already.
        singles.map(({ event: { id, arrived, source, learner }, text }) =>
          rawLine(id, arrived, source, learner, text),
        ),
      ),
    translate: () => written(pipeline, accepted, isTold),
    ledger: account(told),
    /** What the ledger takes where there is no endpoint. */
    ledgerOfNone: account(new Map()),
    pack: () => {
      for (const [{ batch: limits }, { statements }] of told) {
        const { put, end } = packing(limits, () => {});
        for (const statement of statements) put(statement, 0);
        end();
      }
    },
    /** Both, as the function does it. */
    translateAndPack: async () => {
      const all = new Map(
        [...told.keys()].map((endpoint) => [endpoint, packing(endpoint.batch, () => {})] as const),
      );
      await pipeline.tellOnward(
        accepted,
        (endpoint, statement) => all.get(endpoint)?.put(statement, 0),
        isTold,
      );
      for (const { end } of all.values()) end();
    },
  };
};

/**
 * Tells of events, and sees to it that each statement is written out: until somebody reads it, a text may be a list of its
 * parts. Gives something that depends on all of them.
 */
export const written = async (
  pipeline: Pipeline,
  events: readonly AcceptedEvent[],
  isTold?: Collected["isTold"],
): Promise<number> => {
  let sum = 0;
  const read = (_: Endpoint, { text }: StatementOfMessage): void => {
    sum += text.charCodeAt(text.length >> 1);
  };
  await pipeline.tellOnward(events, read, isTold);
  return sum;
};
