import type { Example } from "./mapping/examples.ts";
import type { Part, Whose } from "./rehearsal.ts";

/** When the events of examples arrive: later than all that they can sensibly say. In milliseconds. */
export const EXAMPLES_ARRIVE = Date.parse("2100-01-01T00:00:00Z");

/**
 * The events of an example as they would come in one batch, the example's own last. Where it says no course, they are in
 * the other one that is given.
 */
export const exampleParts = (
  { before, event, learner }: Pick<Example, "before" | "event" | "learner">,
  otherwise?: Whose["course"],
): readonly Part[] => {
  const whose = whoseOf(learner, otherwise);
  return [...before, event].map((each) => ({ body: JSON.stringify(each), whose }));
};

const whoseOf = (
  { name, server, course, roles = [], initiator }: Example["learner"],
  otherwise: Whose["course"],
): Whose => {
  const where = course ?? otherwise;
  return {
    roles,
    ...(name !== undefined && { name }),
    ...(server !== undefined && { server }),
    ...(where !== undefined && { course: where }),
    ...(initiator !== undefined && { initiator }),
  };
};
