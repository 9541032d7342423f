import { reasons } from "../event/reason.ts";
import type { OpenFailure } from "./failures.ts";

const RETRY = "Then send them again: jlt failures retry.";

/** What to do about a failure: by the endpoint's status code where that says more than the reason. */
export const adviceFor = (failure: Omit<OpenFailure, "first">): string => {
  const { reason, status, endpoint, deliveredBefore } = failure;
  if (deliveredBefore)
    return "Refused although delivered before under the same id: the endpoint has them, in the form in which they were then. Leave them, or replace them by what the mapping makes of them now: jlt failures retry.";
  if (failure.class === "size")
    return `A statement alone is larger than batch.bytes of endpoints/${endpoint}.yml, or than a queue can carry. Raise it if the endpoint takes more, or let the mapping say less; deploy. ${RETRY}`;
  if (failure.class === "waited" || reason === "endpoint.conflict" || reason === "mapping.failed")
    return reasons[reason];
  if (reason === "endpoint.unlisted") return `${reasons[reason]} Which host it is: jlt failures show ID.`;
  switch (status) {
    case 400:
      return `The endpoint holds them for wrong. Its answer may name what: mend that in the mapping, and deploy. Whether the standard agrees with it: jlt failures show ID, and jlt validate. ${RETRY}`;
    case 409:
      return "The endpoint says that they are in conflict with what it has: mostly another one under the same id.";
    case 413:
      return `The endpoint takes no request of this size, even with one of them alone. Raise its limit, or let the mapping say less; deploy. ${RETRY}`;
    case 415:
      return `The endpoint does not take this kind of content. Look at protocol, version and request in endpoints/${endpoint}.yml. ${RETRY}`;
    case 422:
      return `The endpoint can read them, but rules of its own do not let them in: its answer may name which. Mend the mapping or these rules. ${RETRY}`;
    default:
      return reasons[reason];
  }
};
