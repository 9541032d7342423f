import { ComesAgain } from "./again.ts";
import type { AskChoices } from "./consent/ask.ts";
import { isCollected, isTold, UNREADABLE } from "./consent/choice.ts";
import type { ConsentPolicy } from "./consent/policy.ts";
import type { Endpoint } from "./endpoint/endpoint.ts";
import type { AcceptedEvent, Intake, QuarantinedEvent } from "./intake.ts";
import type { PseudonymKeys } from "./learner/pseudonym-keys.ts";
import { keyedNames } from "./learner/tag.ts";

/** An event that is not collected: all that is left of it. */
export interface Withheld {
  readonly id: string;
  readonly arrived: string;
  /** What the ledger calls it: nobody can find out by it whose it was. */
  readonly name: string;
}

/** What of a batch is collected, and whom it may be told to. */
export interface Collected {
  readonly accepted: readonly AcceptedEvent[];
  readonly quarantined: readonly QuarantinedEvent[];
  readonly withheld: readonly Withheld[];
  readonly isTold: (event: AcceptedEvent, endpoint: Endpoint) => boolean;
  /** The messages that must come again, by their positions: nobody can tell what their learners have chosen. */
  readonly again: ReadonlyMap<number, ComesAgain>;
}

/** Sorts what was in messages. Throws where what learners have chosen cannot be asked for: nobody may guess. */
export type Withhold = (intakes: readonly Intake[]) => Promise<Collected>;

/** Asks what the learners of a batch have chosen, and withholds what they do not want. */
export const withholder = (consent: ConsentPolicy, choices: AskChoices, { key }: PseudonymKeys): Withhold => {
  const nameOf = withheldNames(key);
  return async (intakes) => {
    const chosen = await choices(intakes.flatMap(learnersIn));
    const isKnown = (intake: Intake): boolean =>
      learnersIn(intake).every((username) => chosen.get(username) !== UNREADABLE);
    const known = intakes.filter(isKnown);
    const accepted = once(known.flatMap((each) => each.accepted));
    const quarantined = once(known.flatMap((each) => each.quarantined));
    const isIn = (username: string | undefined): boolean =>
      username === undefined || isCollected(consent, chosen.get(username));
    const out = [
      ...accepted.filter(({ learner }) => !isIn(learner.username)),
      ...quarantined.filter(({ username }) => !isIn(username)),
    ];
    return {
      accepted: accepted.filter(({ learner }) => isIn(learner.username)),
      quarantined: quarantined.filter(({ username }) => isIn(username)),
      withheld: out.map(({ id, arrived }) => ({ id, arrived, name: nameOf(id) })),
      isTold: ({ learner: { username } }, { name }) =>
        username === undefined || isTold(consent, chosen.get(username), name),
      again: new Map(
        intakes.flatMap((intake, at) => (isKnown(intake) ? [] : [[at, new ComesAgain(UNKNOWN)] as const])),
      ),
    };
  };
};

const UNKNOWN = "What its learner has chosen is damaged: the log names the object.";

const learnersIn = ({ accepted, quarantined }: Intake): readonly string[] =>
  [...accepted.map(({ learner }) => learner.username), ...quarantined.map(({ username }) => username)].filter(
    (each) => each !== undefined,
  );

/** A queue may hand over a message twice, even in one batch. */
const once = <T extends { readonly id: string }>(all: readonly T[]): readonly T[] => [
  ...new Map(all.map((each) => [each.id, each])).values(),
];

/** What the ledger calls events that are not collected, by their ids. */
export const withheldNames = (key: string): ((event: string) => string) => keyedNames(key, "withheld", 32);
