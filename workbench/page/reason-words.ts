import type { Reason } from "../../src/event/reason.ts";
import type { Filter } from "../../src/ledger/ledger.ts";
import type { About } from "../api/about.ts";

/** Why an event or a statement did not go the usual way, short enough for a heading. */
export const REASONS: Readonly<Record<Reason, string>> = {
  "body.empty": "the message was empty",
  "encoding.invalid": "the message does not unpack",
  "json.malformed": "the text is not JSON",
  "size.exceeded": "too large for a queue",
  "schema.unknown": "no mapping knows the event",
  "schema.invalid": "the event does not fit its schema",
  "time.invalid": "the event has no time that can be understood",
  "identity.missing": "nothing proves whose event it is",
  "identity.forged": "the learner context was not signed by the hub",
  "identity.expired": "the learner context had expired",
  "identity.mismatch": "the event names another user than its learner context",
  "mapping.failed": "the mapping failed",
  "endpoint.refused": "refused by the endpoint",
  "endpoint.conflict": "the endpoint has another one under this id",
  "endpoint.unlisted": "for a host that its file does not list",
  "endpoint.unavailable": "not taken for thirteen days",
};

/** Why an endpoint is told nothing of an event, in the order in which an event comes to them. */
export const FILTERED: readonly (readonly [filter: Filter, why: string])[] = [
  ["consent", "whose learners do not want it"],
  ["selection", "of which it takes no translation"],
  ["launch", "whose launch leads to no place that its file allows"],
  ["where", "that its condition keeps back"],
  ["mapping", "of which no translation speaks"],
  ["repeat", "that repeat another"],
];

/** How the workbench is started so that it may change something. */
export const startToWrite = ({ kind, stage }: About): string =>
  `jlt workbench ${kind === "deployed" ? `--stage ${stage} ` : ""}--write`;
