import { checkBoolean, checkNumber, checkShape, checkText, isNumber, memberOf } from "./check-shape.ts";
import { checkDuration, checkExtensions } from "./check-values.ts";
import { type Check, complain, type Place, within } from "./problem.ts";

/** What came of it (xAPI 1.0.3 Part Two, 2.4.5). */
export const checkResult: Check = (value, place) => {
  checkShape(value, place, {
    topic: "result",
    what: "A result",
    members: {
      score: checkScore,
      success: checkBoolean,
      completion: checkBoolean,
      response: checkText,
      duration: checkDuration,
      extensions: checkExtensions,
    },
  });
};

/** A score: scaled from -1 to 1, and min less than max with raw between them (xAPI 1.0.3 Part Two, 2.4.5.1). */
const checkScore: Check = (value, place) => {
  const score = checkShape(value, place, {
    topic: "score",
    what: "A score",
    members: { scaled: checkScaled, raw: checkNumber, min: checkNumber, max: checkNumber },
  });
  const [raw, min, max] = ["raw", "min", "max"].map((key) => memberOf(score, key));
  if (isNumber(min) && isNumber(max) && min >= max) outside(within(place, "min"), "min is less than max.");
  if (isNumber(raw) && isNumber(min) && raw < min) outside(within(place, "raw"), "raw is not less than min.");
  if (isNumber(raw) && isNumber(max) && raw > max) outside(within(place, "raw"), "raw is not more than max.");
};

const checkScaled: Check = (value, place) => {
  checkNumber(value, place);
  if (isNumber(value) && Math.abs(value) > 1) outside(place, "scaled is from -1 to 1.");
};

const outside = (place: Place, rule: string): void =>
  complain(place, "score-range", "score", `A score's ${rule}`);
