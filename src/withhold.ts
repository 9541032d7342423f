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
    const whose = intakes.map(learnersIn);
    const chosen = await choices(new Set(whose.flatMap((each) => [...each])));
    const isIn = (username: string | undefined): boolean =>
      username === undefined || isCollected(consent, chosen.get(username));
    const accepted = new Map<string, AcceptedEvent>();
    const quarantined = new Map<string, QuarantinedEvent>();
    const withheld: Withheld[] = [];
    const again = new Map<number, ComesAgain>();
    for (const [at, intake] of intakes.entries()) {
      if ([...(whose[at] ?? [])].some((username) => chosen.get(username) === UNREADABLE)) {
        again.set(at, new ComesAgain(UNKNOWN));
        continue;
      }
      // A queue may hand over a message twice, even in one batch: an event counts once.
      for (const event of intake.accepted) accepted.set(event.id, event);
      for (const event of intake.quarantined) quarantined.set(event.id, event);
    }
    const sorted = <Of extends { readonly id: string; readonly arrived: string }>(
      all: ReadonlyMap<string, Of>,
      usernameOf: (one: Of) => string | undefined,
    ): readonly Of[] => {
      const collected: Of[] = [];
      for (const one of all.values())
        if (isIn(usernameOf(one))) collected.push(one);
        else withheld.push({ id: one.id, arrived: one.arrived, name: nameOf(one.id) });
      return collected;
    };
    return {
      accepted: sorted(accepted, ({ learner }) => learner.username),
      quarantined: sorted(quarantined, ({ username }) => username),
      withheld,
      isTold: ({ learner: { username } }, { name }) =>
        username === undefined || isTold(consent, chosen.get(username), name),
      again,
    };
  };
};

const UNKNOWN = "What its learner has chosen is damaged: the log names the object.";

const learnersIn = ({ accepted, quarantined }: Intake): ReadonlySet<string> => {
  const usernames = new Set<string>();
  for (const { learner } of accepted) if (learner.username !== undefined) usernames.add(learner.username);
  for (const { username } of quarantined) if (username !== undefined) usernames.add(username);
  return usernames;
};

/** What the ledger calls events that are not collected, by their ids. */
export const withheldNames = (key: string): ((event: string) => string) => keyedNames(key, "withheld", 32);
