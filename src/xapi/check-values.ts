import { isIri, isMailto, isUri } from "../document/iri.ts";
import { checkShape, checkText, isObject } from "./check-shape.ts";
import { isLanguageTag } from "./language.ts";
import { type Check, complain, type Place, within, type XapiRule } from "./problem.ts";
import type { Topic } from "./sections.ts";
import { isDuration, isTimestamp } from "./time.ts";

/** A text of a form. */
const form =
  (
    rule: XapiRule,
    topic: Topic,
    message: string,
    test: (text: string, version: Place["version"]) => boolean,
  ): Check =>
  (value, place) => {
    if (typeof value !== "string" || !test(value, place.version)) complain(place, rule, topic, message);
  };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A UUID in its standard form; RFC 4122's variant 2 is only recommended (xAPI 1.0.3 Part Two, 4.4). */
export const checkUuid: Check = form(
  "uuid",
  "uuids",
  "This must be a UUID: 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12, with hyphens between.",
  (text) => UUID.test(text),
);

export const checkIri: Check = form(
  "iri",
  "iris",
  "This must be an IRI with its scheme, such as https://example.org/what; a space and the like are written as %20.",
  isIri,
);

export const checkUri: Check = form(
  "uri",
  "identifier",
  "This must be a URI with its scheme, in ASCII.",
  isUri,
);

export const checkMailto: Check = form(
  "mailto",
  "identifier",
  'This must be "mailto:" and an email address.',
  isMailto,
);

export const checkSha1: Check = form(
  "sha1",
  "identifier",
  "This must be a SHA-1 hash: 40 hexadecimal digits.",
  (text) => /^[0-9a-f]{40}$/i.test(text),
);

export const checkSha2: Check = form(
  "sha2",
  "attachments",
  "This must be a SHA-2 hash: 56, 64, 96 or 128 hexadecimal digits.",
  (text) => /^(?:[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/i.test(text),
);

export const checkTimestamp: Check = form(
  "timestamp",
  "timestamps",
  "This must be a time that exists, with its zone, such as 2026-11-20T09:00:12.000Z; -00:00 is no zone.",
  isTimestamp,
);

export const checkDuration: Check = form(
  "duration",
  "durations",
  "This must be an ISO 8601 duration, such as PT1H30M or P2W; only its last number may have a fraction.",
  isDuration,
);

export const checkLanguageTag: Check = form(
  "language-tag",
  "languages",
  "This must be a language tag, such as en or pt-BR (RFC 5646).",
  isLanguageTag,
);

const TOKEN = "[A-Za-z0-9!#$%&'*+.^_`|~-]+";
const MEDIA_TYPE = new RegExp(
  `^${TOKEN}/${TOKEN}(?:[ \\t]*;[ \\t]*${TOKEN}=(?:${TOKEN}|"(?:[^"\\\\\\r\\n]|\\\\.)*"))*$`,
);

export const checkMediaType: Check = form(
  "media-type",
  "attachments",
  "This must be a media type, such as text/plain.",
  (text) => MEDIA_TYPE.test(text),
);

/** Texts by language (xAPI 1.0.3 Part Two, 4.2). One without a language is against a SHOULD only. */
export const checkLanguageMap: Check = (value, place) => {
  const tags = isObject(value) ? Object.keys(value) : [];
  const members = Object.fromEntries(tags.map((tag) => [tag, checkText]));
  checkShape(value, place, { topic: "languages", what: "A language map", members });
  for (const tag of tags) checkLanguageTag(tag, within(place, tag));
};

/** Extensions: an object whose keys are IRIs. Its values may be anything (xAPI 1.0.3 Part Two, 4.1). */
export const checkExtensions: Check = (value, place) => {
  if (!isObject(value)) return complain(place, "wrong-kind", "extensions", "Extensions are a JSON object.");
  for (const key of Object.keys(value))
    if (!isIri(key))
      complain(within(place, key), "extension-key", "extensions", "An extension's name is an IRI.");
};
