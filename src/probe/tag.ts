import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { PseudonymKeys } from "../learner/pseudonym-keys.ts";

/** What the key of tags is derived for: no other use of the site's key has this label. */
const LABEL = "jupyter-lms-translator probe";

/**
 * The tag of a test event that was sent at `sent` (milliseconds): HMAC-SHA-256 (RFC 2104) of that time, under a key that
 * is derived from the site's (HKDF, RFC 5869). 64 hexadecimal digits.
 */
export const probeTag = (key: string, sent: number): string =>
  createHmac("sha256", Buffer.from(hkdfSync("sha256", key, "", LABEL, 32)))
    .update(String(sent))
    .digest("hex");

/**
 * Of the site's keys, the one that tags are made and believed with. A tag is good for an hour at most, so that the key
 * before it is needed for none: at a change of keys, one test event is refused.
 */
export type ProbeKey = Pick<PseudonymKeys, "key">;

/** Whether a tag was made for this time with the site's key. */
export const isProbeTag = ({ key }: ProbeKey, sent: number, tag: string): boolean => {
  if (!Number.isSafeInteger(sent) || sent < 0 || !FORM.test(tag)) return false;
  return timingSafeEqual(Buffer.from(tag, "hex"), Buffer.from(probeTag(key, sent), "hex"));
};

const FORM = /^[0-9a-f]{64}$/;
