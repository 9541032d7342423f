import type { Filter } from "./ledger.ts";

/** Why an endpoint is told nothing of an event, as the end of a sentence. */
export const whyNothing: Readonly<Record<Filter, string>> = {
  consent: "the learner does not want the endpoint to be told",
  launch: "the learner's launch leads to no place that the endpoint's file allows",
  selection: "the endpoint does not take any translation of this event",
  where: "the endpoint's condition keeps it back",
  mapping: "no translation that the endpoint takes applies to it",
  repeat: "it repeats an act shortly before it, which is told once",
};
