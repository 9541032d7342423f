import type { QuarantineRecord } from "../archive/records.ts";
import { type EventSchema, eventReader } from "../event/catalog.ts";
import { readEnvelope } from "../event/dialect/dialect.ts";
import type { EventId } from "../event/id.ts";
import { parseJson } from "../event/json.ts";
import { type Reason, type Refusal, refuse } from "../event/reason.ts";
import type { AcceptedEvent } from "../intake.ts";
import { acceptedEvent, textWithout } from "../intake-event.ts";
import { identify, type Naming } from "../learner/identify.ts";
import type { Trust } from "../learner/trust.ts";
import type { KeptSender } from "./sender.ts";

/** Why an event stays in quarantine: what is wrong with it by the files of today, or that it cannot be taken in at all. */
export interface Stays {
  readonly why: Reason | keyof typeof lasting;
  /** A sentence, which holds no value of the event. */
  readonly detail: string;
}

/** What no schema and no mapping can mend. */
export const lasting = {
  "text.gone": "Its text was not kept, as it was too large, or could not be told from what is never stored.",
  "sender.unknown":
    "Nobody knows whose it is: who sent it was not kept, as it was not proven, or as the event came before that was kept.",
} as const;

/** What becomes of an event of quarantine now, and the schema that it names, where it can be read so far. */
export type Judged = { readonly schema?: string } & (
  | { readonly event: AcceptedEvent }
  | { readonly stays: Stays }
);

/** Judges a record; `at` is the position of its event in a batch. */
export type TakeAgain = (record: QuarantineRecord, at: number) => Judged;

export interface TakeAgainParts {
  readonly schemas: readonly EventSchema[];
  readonly trust: Trust;
  /** What is known of learners besides; without it, whatever is accepted can be counted, but not archived. */
  readonly naming?: Naming;
}

/** Senders remembered: each comes with many events. */
const REMEMBERED = 10_000;

/**
 * Takes events of quarantine in by the schemas of today, as the intake does: as they arrived then, under their own ids,
 * from whoever sent them then. Only where an event turns out to be nobody's it has the id that tells nothing of who sent
 * it. No token is verified again: what was proven then was kept, and would have expired since.
 */
export const takerAgain = ({ schemas, trust, naming }: TakeAgainParts): TakeAgain => {
  const readEvent = eventReader(schemas);
  const senders = new Map<string, KeptSender>();
  /** One object for each sender, as what is known of its learner is kept with it. */
  const same = (sender: KeptSender): KeptSender => {
    const key = JSON.stringify(sender);
    const known = senders.get(key);
    if (known !== undefined) return known;
    if (senders.size >= REMEMBERED) senders.clear();
    senders.set(key, sender);
    return sender;
  };
  return (record, at) => {
    const { id, nobodys, arrived, sender, text } = record;
    if (OF_MESSAGE.has(record.reason) && text !== "") return refused(record);
    if (text === "") return stays("text.gone");
    const read = parseJson(text);
    if ("reason" in read) return refused(read);
    const envelope = readEnvelope(read.value);
    const about = "schema" in envelope ? { schema: envelope.schema } : {};
    if (sender === undefined) return { ...about, ...stays("sender.unknown") };
    const valid = readEvent(read.value, Date.parse(arrived));
    if ("reason" in valid) return { ...about, ...refused(valid) };
    if (sender?.proven === false && trust.trust === "signed") return { ...about, ...refused(UNPROVEN) };
    const learner = identify(same(sender) ?? undefined, valid.data, valid.schema, trust, naming);
    if ("reason" in learner) return { ...about, ...refused(learner) };
    const kept = textWithout(valid.neverStore, text, read.value);
    if (typeof kept !== "string") return { ...about, ...refused(kept) };
    const own = (valid.schema.anonymous ? (nobodys ?? id) : id) as EventId;
    return { ...about, event: acceptedEvent(valid, learner, kept, { id: own, at, arrived }) };
  };
};

/** What is wrong with the message is so for ever, whatever the files say. */
const OF_MESSAGE: ReadonlySet<Reason> = new Set(["body.empty", "encoding.invalid", "json.malformed"]);

const UNPROVEN = refuse(
  "identity.missing",
  "It came while the site believed attributes; by now it believes signatures only.",
);

const refused = ({ reason, detail }: Refusal): { readonly stays: Stays } => ({
  stays: { why: reason, detail },
});

const stays = (why: keyof typeof lasting): { readonly stays: Stays } => ({
  stays: { why, detail: lasting[why] },
});
