import type { OpenFailure } from "../../src/ledger/failures.ts";
import { answeredLines } from "../../src/retell/answered.ts";
import { retryFailures } from "../../src/retell/retry.ts";
import type { Step } from "../api/steps.ts";
import type { Desk } from "../desk.ts";
import { NotFound } from "../trouble.ts";
import { failuresIn } from "../views/failures.ts";
import { act, type Ending } from "./act.ts";
import { progress, type Steps } from "./steps.ts";

/**
 * Sends a group of failures again, as the mappings make them now. May be cut off and repeated at any moment: see
 * `retryFailures`. Throws NotFound where there is no such group, and what `act` throws.
 */
export const retryGroup = (desk: Desk, key: string): AsyncIterable<Step> => {
  const doing = (): string => {
    const [{ endpoint }] = groupOf(desk, key);
    return `What is set aside for ${endpoint} is being sent again.`;
  };
  return act(desk, doing, (tell) => send(desk, groupOf(desk, key), tell));
};

type Failures = readonly [OpenFailure, ...OpenFailure[]];

const send = async (desk: Desk, failures: Failures, tell: Steps["tell"]): Promise<Ending> => {
  const [{ endpoint: name }] = failures;
  const { site } = desk.site();
  const endpoint = site.endpoints.find((each) => each.name === name);
  if (endpoint === undefined) throw new NotFound(`There is no endpoint ${name} in the files any more.`);
  const { stage } = desk.held;
  const step = progress(failures.length, tell);
  const answered = await retryFailures(failures, {
    site,
    endpoint,
    bucket: stage.bucket,
    send: stage.send,
    ...(await desk.learners()),
    mode: "now",
    onStep: () => step(),
  });
  const told = answeredLines(answered, false).map((line) => line.told);
  return { end: "done", told: told.join(" "), answered };
};

/** What is set aside in a group, in the order in which it was. */
const groupOf = (desk: Desk, key: string): Failures => {
  const [first, ...others] = failuresIn(desk, key);
  if (first !== undefined) return [first, ...others];
  throw new NotFound(
    "There is nothing of this group any more: it was sent again, or has been delivered since.",
  );
};
