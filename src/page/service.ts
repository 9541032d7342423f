import type { ChoiceRecord, InOrOut } from "../consent/choice.ts";
import { isInOrOut } from "../consent/choice.ts";
import { type ChoiceStore, DamagedChoice } from "../consent/store.ts";
import type { LearnerContext } from "../learner/context.ts";
import type { VerifyToken } from "../learner/verify.ts";
import type { Settings } from "../settings.ts";
import type { Collected } from "./collected.ts";
import type { LearnersData } from "./data.ts";
import { NotAnswered } from "./request.ts";
import type { Sessions } from "./session.ts";
import { logTrouble } from "./trouble.ts";

/** What the page and the API stand on. */
export interface PageService {
  readonly settings: Pick<Settings, "hub" | "institution" | "consent" | "retention">;
  readonly collected: Collected;
  /** Where learners come in. */
  readonly hubPage: string;
  readonly verify: VerifyToken;
  readonly sessions: Sessions;
  readonly choices: Pick<ChoiceStore, "read" | "change">;
  readonly data: LearnersData;
  /** Passes on to the administrator that a learner wants to be erased. */
  readonly requestErasure: (username: string, at: Date) => Promise<void>;
  readonly now: () => number;
}

/** Whose learner context it is, as it is known now. Throws NotAnswered where it is not a learner's own. */
export const learnerOf = async (
  { verify, now }: PageService,
  token: string | undefined | null,
): Promise<string> => {
  const context: LearnerContext | { readonly reason: string } =
    token === undefined || token === null || token === ""
      ? { reason: "identity.missing" }
      : await verify(token, now());
  if ("reason" in context) {
    const { reason } = context;
    throw new NotAnswered(401, reason, REFUSED[reason] ?? NOT_BELIEVED, { "www-authenticate": "Bearer" });
  }
  if (context.role !== "learner" || !context.proven)
    throw new NotAnswered(
      403,
      "identity.service",
      "Only learners themselves can come in here, and no service.",
    );
  return context.subject;
};

const NOT_BELIEVED = "The hub did not sign this. Come in through the hub again.";

const REFUSED: Readonly<Record<string, string>> = {
  "identity.missing": "It is not known who you are. Come in through the hub.",
  "identity.expired": "This took too long, and the hub's word for who you are has expired. Come in again.",
};

/** Makes a choice for a learner, as they said it. Throws NotAnswered where there is none to make. */
export const choose = async (
  { settings: { consent }, collected, choices, now }: PageService,
  username: string,
  to: unknown,
  endpoint: unknown,
): Promise<{ readonly to: InOrOut; readonly endpoint?: string; readonly record: ChoiceRecord }> => {
  if (consent.policy === "required-by-site")
    throw new NotAnswered(403, "choice.none", "Your institution leaves no choice here.");
  if (!isInOrOut(to)) throw new NotAnswered(400, "choice.wrong", 'A choice is "in" or "out".');
  if (endpoint !== undefined && !consent.perEndpoint)
    throw new NotAnswered(403, "choice.none", "Your institution leaves no choice for single systems.");
  const known = collected.endpoints.find(({ name }) => name === endpoint)?.name;
  if (endpoint !== undefined && known === undefined)
    throw new NotAnswered(400, "endpoint.unknown", "There is no such system.");
  const change = { to, ...(known !== undefined && { endpoint: known }) };
  return { ...change, record: await choices.change(username, change, "learner", new Date(now())) };
};

/**
 * Asks for a learner to be erased; first it is seen to that nothing more comes in, where that is theirs to choose. A choice
 * that is damaged does not hold it up: as long as it is, nothing of theirs is taken in.
 */
export const askErasure = async (service: PageService, username: string): Promise<void> => {
  const { settings, choices, requestErasure, now } = service;
  const at = new Date(now());
  if (settings.consent.policy !== "required-by-site")
    try {
      await choices.change(username, { to: "out" }, "learner", at);
    } catch (error) {
      if (!(error instanceof DamagedChoice)) throw error;
      logTrouble(error);
    }
  await requestErasure(username, at);
};
