export interface Bad {
  readonly deed: string;
  readonly value: unknown;
}

type Path = readonly (string | number)[];

/** Texts that lack a form, by the deed that they stand for. */
const IRIS = {
  "an empty IRI": "",
  "an IRI without a scheme": "example.org/x",
  "a path for an IRI": "/x",
  "an IRI with a space": "https://example.org/a b",
  "an IRI with a lone %": "https://example.org/100%",
  "an IRI with two #": "https://example.org/#a#b",
  "an IRI with a bracket": "https://example.org/<a>",
  "an IRI without a host": "https:///a",
  "an IRI with a bad port": "https://example.org:a/",
  "an IRI with a bad literal": "https://[::1::2]/",
  "an IRI with half a character": "https://example.org/\ud800",
};
const UUIDS = {
  "an empty UUID": "",
  "a UUID without hyphens": "52d29653c86050068bf03b05a86b15ed",
  "a UUID with a letter": "52d29653-c860-5006-8bf0-3b05a86b15ex",
  "a short UUID": "52d29653-c860-5006-8bf0-3b05a86b15e",
  "a UUID as an URN": "urn:uuid:52d29653-c860-5006-8bf0-3b05a86b15ed",
  "a UUID in braces": "{52d29653-c860-5006-8bf0-3b05a86b15ed}",
};
const TIMES = {
  "an empty time": "",
  "a time in words": "yesterday",
  "a date alone": "2026-11-20",
  "a time without a zone": "2026-11-20T09:00:12",
  "a time with two zones": "2026-11-20T09:00:12.000+00:00Z",
  "a time at -00:00": "2008-09-15T15:53:00.601-00:00",
  "a time at -0000": "2008-09-15T15:53:00.601-0000",
  "a time at -00": "2008-09-15T15:53:00.601-00",
  "a time at +24:00": "2008-09-15T15:53:00.601+24:00",
  "a time without seconds": "2026-11-20T09:00Z",
  "a time in the basic form": "20261120T090012Z",
  "the 30th of February": "2026-02-30T09:00:12Z",
  "the 29th of February 2026": "2026-02-29T09:00:12Z",
  "the 31st of April": "2026-04-31T09:00:12Z",
  "month 13": "2026-13-01T09:00:12Z",
  "day 0": "2026-11-00T09:00:12Z",
  "hour 24": "2026-11-20T24:00:00Z",
  "minute 60": "2026-11-20T09:60:00Z",
  "second 60": "2026-11-20T09:00:60Z",
  "a time with an empty fraction": "2026-11-20T09:00:12.Z",
};
const DURATIONS = {
  "an empty duration": "",
  "P alone": "P",
  "PT alone": "PT",
  "a duration that ends with T": "P1DT",
  "a duration in seconds only": "12",
  "a duration without its T": "P16559.14S",
  "weeks with days": "P4W1D",
  "a fraction before the last": "PT1.5H2M",
  "units in another order": "PT1S1H",
  "the alternative form": "P0003-06-04T12:30:05",
  "a negative duration": "-PT1H",
  "a duration in small letters": "pt1h",
};
const TAGS = {
  "an empty tag": "",
  "a tag with an underscore": "en_US",
  "a tag of one letter": "e",
  "a tag of nine letters": "englishes",
  "a tag with a space": "en GB",
  "a tag that ends with a hyphen": "en-",
  "a tag with a long part": "en-abcdefghi",
  "a tag with x alone": "en-x",
  "a tag with an extension twice": "en-a-bbb-a-ccc",
  "a tag with a variant twice": "de-1901-1901",
};
const MAILS = {
  "an empty mbox": "",
  "an address without mailto": "ada@example.edu",
  "mailto without an address": "mailto:",
  "an address without @": "mailto:ada.example.edu",
  "an address without a domain": "mailto:ada@",
  "an address with a space": "mailto:ada b@example.edu",
  "an address with a subject": "mailto:ada@example.edu?subject=a",
  "an address with two @": "mailto:ada@b@example.edu",
  "a web page for an address": "https://example.edu/ada",
};
const HASHES = {
  "an empty hash": "",
  "a short hash": "ebd31e95054c018b10727ccffd2ef2ec3a016ee",
  "a hash with a letter": "gbd31e95054c018b10727ccffd2ef2ec3a016ee9",
};
const MEDIA = {
  "an empty media type": "",
  "a media type without a /": "text",
  "a media type with a space": "text/ plain",
};
const TYPES = {
  "an objectType in small letters": "activity",
  "an unknown objectType": "Person",
  "an empty objectType": "",
};

const FORMS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  type: IRIS,
  moreInfo: IRIS,
  homePage: IRIS,
  usageType: IRIS,
  fileUrl: IRIS,
  openid: { ...IRIS, "a URI with an umlaut": "https://example.org/hüte" },
  registration: UUIDS,
  timestamp: TIMES,
  stored: TIMES,
  duration: DURATIONS,
  language: TAGS,
  mbox: MAILS,
  mbox_sha1sum: HASHES,
  sha2: { ...HASHES, "a hash of another length": "ab".repeat(20) },
  contentType: MEDIA,
  objectType: TYPES,
  interactionType: { "an unknown interactionType": "essay", "an interactionType in capitals": "Choice" },
  version: { "a version of old": "0.95", "a version without its patch": "1.0", "another version": "1.1.0" },
  length: { "a negative length": -1, "a length with a fraction": 1.5, "a length as a text": "27" },
  scaled: { "scaled over 1": 1.01, "scaled under -1": -1.01, "scaled in per cent": "50%" },
  score: {
    "raw under min": { raw: -1, min: 0, max: 20 },
    "raw over max": { raw: 21, max: 20 },
    "min over max": { min: 21, max: 20 },
    "min over raw": { raw: 10, min: 11, max: 20 },
    "min that is max": { raw: 20, min: 20, max: 20 },
    "max under min": { min: 0, max: -1 },
    "max under raw": { raw: 10, min: 0, max: 9 },
  },
};

/** Values that lack the form which the place asks for. */
export const badForms = (path: Path, value: unknown): readonly Bad[] => {
  const key = path.at(-1);
  const isUuid = key === "id" && typeof value === "string" && /^[0-9a-f-]{36}$/.test(value);
  const isIri = key === "id" && typeof value === "string" && value.includes(":");
  const table = isUuid
    ? UUIDS
    : isIri
      ? IRIS
      : typeof value === "object" && key !== "score"
        ? {}
        : (FORMS[String(key)] ?? {});
  return [
    ...Object.entries(table).map(([deed, bad]) => ({ deed, value: bad })),
    ...(["parent", "grouping", "category", "other"].includes(String(key))
      ? [{ deed: "an activity without its array", value: { id: "https://example.org/a" } }]
      : []),
    ...(typeof value === "string" && isFree(path) ? [{ deed: "half a character", value: "Ada \ud83d" }] : []),
  ];
};

/** Whether a text has no form but its encoding. */
const isFree = (path: Path): boolean =>
  ["response", "revision", "platform"].includes(String(path.at(-1))) ||
  ["display", "description"].includes(String(path.at(-2)));

/** Names that an object must not have, with what giving it one is called. */
export const badKeys = (path: Path): readonly Bad[] => {
  const key = String(path.at(-1));
  const table = (texts: Readonly<Record<string, string>>, what: string): readonly Bad[] =>
    Object.entries(texts).map(([deed, value]) => ({ deed: `${deed} as ${what}`, value }));
  if (key === "extensions") return table(IRIS, "an extension's name");
  const isNamed = ["display", "description", "name"].includes(key);
  if (isNamed) return table(TAGS, "a language");
  return [
    { deed: "an unknown property", value: "surprise" },
    { deed: "a property in other letters", value: "Id" },
    ...(path.length === 0 ? [{ deed: "an objectType of its own", value: "objectType" }] : []),
  ];
};
