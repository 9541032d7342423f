import { checkShape, memberOf } from "./check-shape.ts";
import { checkIri, checkLanguageMap, checkMediaType, checkSha2 } from "./check-values.ts";
import { type Check, complain, within } from "./problem.ts";

const SIGNATURE = "http://adlnet.gov/expapi/attachments/signature";

/** What is said of an attachment (xAPI 1.0.3 Part Two, 2.4.11), and the type of a signature (2.6). */
export const checkAttachment: Check = (value, place) => {
  const attachment = checkShape(value, place, {
    topic: "attachments",
    what: "An attachment",
    required: ["usageType", "display", "contentType", "length", "sha2"],
    members: {
      usageType: checkIri,
      display: checkLanguageMap,
      description: checkLanguageMap,
      contentType: checkMediaType,
      length: checkLength,
      sha2: checkSha2,
      fileUrl: checkIri,
    },
  });
  const isSignature = memberOf(attachment, "usageType") === SIGNATURE;
  const type = memberOf(attachment, "contentType");
  if (isSignature && type !== undefined && type !== "application/octet-stream")
    complain(
      within(place, "contentType"),
      "signature-type",
      "signature",
      "A signature's contentType is application/octet-stream.",
    );
};

const checkLength: Check = (value, place) => {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0)
    complain(place, "number", "attachments", "A length is a whole number of octets.");
};
