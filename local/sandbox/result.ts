import { checkExtensions, checkLanguageMap } from "./activity.ts";
import { Refusal } from "./refusal.ts";
import {
  into,
  requireArray,
  requireBoolean,
  requireIri,
  requireKnown,
  requireObject,
  requireText,
} from "./shape.ts";

const RESULT = new Set(["score", "success", "completion", "response", "duration", "extensions"]);
const SCORE = new Set(["scaled", "raw", "min", "max"]);
const ATTACHMENT = new Set([
  "usageType",
  "display",
  "description",
  "contentType",
  "length",
  "sha2",
  "fileUrl",
]);

/** ISO 8601, the format with designators: weeks alone, or years to seconds, the last of them with a fraction. */
const DURATION =
  /^P(?:\d+(?:[.,]\d+)?W|(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+(?:[.,]\d+)?D)?(?:T(?=\d)(?:\d+(?:[.,]\d+)?H)?(?:\d+(?:[.,]\d+)?M)?(?:\d+(?:[.,]\d+)?S)?)?)$/;

/** Checks a result (xAPI 1.0.3 Part Two §2.4.5). */
export const checkResult = (value: unknown, at: string): void => {
  const result = requireObject(value, at, "result");
  requireKnown(result, RESULT, at, "result");
  if (Object.hasOwn(result, "score")) checkScore(result.score, into(at, "score"));
  for (const key of ["success", "completion"]) {
    if (Object.hasOwn(result, key)) requireBoolean(result[key], into(at, key), key);
  }
  if (Object.hasOwn(result, "response")) requireText(result.response, into(at, "response"), "response");
  if (
    Object.hasOwn(result, "duration") &&
    !DURATION.test(requireText(result.duration, into(at, "duration"), "duration"))
  ) {
    throw new Refusal(400, "duration must be an ISO 8601 duration.", into(at, "duration"));
  }
  if (Object.hasOwn(result, "extensions")) checkExtensions(result.extensions, into(at, "extensions"));
};

const checkScore = (value: unknown, at: string): void => {
  const score = requireObject(value, at, "score");
  requireKnown(score, SCORE, at, "score");
  for (const [key, points] of Object.entries(score)) {
    if (typeof points !== "number") throw new Refusal(400, `${key} must be a number.`, into(at, key));
  }
  const { scaled = 0, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, raw } = score;
  if (Number(scaled) < -1 || Number(scaled) > 1) {
    throw new Refusal(400, "scaled must be between -1 and 1.", into(at, "scaled"));
  }
  if (Number(min) >= Number(max)) throw new Refusal(400, "min must be below max.", into(at, "min"));
  if (raw !== undefined && (Number(raw) < Number(min) || Number(raw) > Number(max))) {
    throw new Refusal(400, "raw must be between min and max.", into(at, "raw"));
  }
};

/** Checks attachments (Part Two §2.4.11). In a JSON request their content is elsewhere, so fileUrl is there (Part Three §1.5.1). */
export const checkAttachments = (value: unknown, at: string): void => {
  for (const [index, item] of requireArray(value, at, "attachments").entries()) {
    const place = into(at, index);
    const attachment = requireObject(item, place, "An attachment");
    requireKnown(attachment, ATTACHMENT, place, "An attachment");
    requireIri(attachment.usageType, into(place, "usageType"), "usageType");
    checkLanguageMap(attachment.display, into(place, "display"), "display");
    if (Object.hasOwn(attachment, "description")) {
      checkLanguageMap(attachment.description, into(place, "description"), "description");
    }
    requireText(attachment.contentType, into(place, "contentType"), "contentType");
    if (!Number.isSafeInteger(attachment.length)) {
      throw new Refusal(400, "length must be a whole number of bytes.", into(place, "length"));
    }
    requireText(attachment.sha2, into(place, "sha2"), "sha2");
    requireIri(attachment.fileUrl, into(place, "fileUrl"), "fileUrl");
  }
};
