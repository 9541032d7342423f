/** What generated mappings hold: values of each kind, of the right form and of wrong ones, out of an event and written out. */

/** The schema of what generated mappings read: fields of every kind, required and not. */
export const FIELDS = {
  $id: "https://example.edu/event",
  version: "1",
  type: "object",
  required: ["path", "count", "ratio", "flag", "url", "any", "at"],
  properties: {
    path: { type: "string" },
    text: { type: "string" },
    maybe: { type: ["string", "null"] },
    at: { type: "string" },
    count: { type: "integer" },
    ratio: { type: "number" },
    flag: { type: "boolean" },
    url: { type: "string", format: "uri" },
    link: { type: "string", format: "uri" },
    any: {},
    tags: { type: "array", items: { type: "string" } },
    map: { type: "object" },
  },
};

/** Picks by chance, and the same for the same seed. */
export interface Dice {
  /** Whether something happens that does so with this probability. */
  chance(probability: number): boolean;
  pick<T>(all: readonly [T, ...T[]] | readonly T[]): T;
}

/** Mulberry32. */
export const dice = (seed: number): Dice => {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    chance: (probability) => next() < probability,
    pick: <T>(all: readonly T[]): T => {
      const picked = all[Math.floor(next() * all.length)];
      if (picked === undefined) throw new Error("There is nothing to pick.");
      return picked;
    },
  };
};

export const TEXTS = [
  "word",
  "\ud800",
  "${ event.path }",
  "${ event.text }",
  "a ${ event.count } ${ event.text }",
  "${ string(event.any) }",
  "${ basename(event.path) }",
  "${ string(event.maybe.orElse('x')) }",
  "${ event.flag ? event.path : event.at }",
  "${ event.path + event.any }",
  "${ pseudonym(event.path) }",
  "${ event.text.orElse(event.path) }",
];
export const COUNTS = [
  0,
  7,
  "${ event.count }",
  "${ size(event.tags) }",
  "${ event.count + 9007199254740991 }",
];
const WHOLES = [...COUNTS, -3, "${ -event.count }", "${ event.any - 1 }"];
export const NUMBERS = [...WHOLES, 0.5, 1e300, "${ event.ratio }", "${ event.ratio + event.ratio }"];
const BOOLEANS = [true, false, "${ event.flag }", "${ event.path == 'a' }", "${ event.any != 1 }"];
export const IRIS = [
  "https://example.edu/x",
  "${ iri(hub.files, event.path) }",
  "${ event.url }",
  "${ learner.id }",
  "${ iri(learner.id, event.count) }",
  "${ iri(event.url, event.path) }",
  "${ iri('http://purl.imsglobal.org/', event.path) }",
  "${ iri('http://purl.imsglobal.org/caliper/Person', event.path) }",
  "${ event.flag ? event.url : learner.id }",
];
export const UUIDS = ["6f0c8a3e-5d1c-4b7e-9c55-0a4b8c3b1f2d", "${ event.path }", "${ event.text }"];
export const LANGUAGES = ["en", "pt-BR", "${ event.path }", "${ event.text }"];

/** What is wrong in most places. */
export const ODDITIES = [
  null,
  "no iri",
  "https://example.edu/%zz",
  "http:///x",
  "https://example.edu/a b",
  "http://purl.imsglobal.org/caliper/Person",
  "2026-02-30T00:00:00.000Z",
  -1.5,
  "P1W2D",
  "${ event.any }",
  "${ event.maybe }",
  "${ event.link }",
  "${ event.tags }",
  "${ event.map }",
  ["a"],
  { a: 1 },
  true,
  "${ event.maybe.orElse('x') }",
];

export const KINDS: Readonly<Record<string, readonly unknown[]>> = {
  string: TEXTS,
  boolean: BOOLEANS,
  integer: WHOLES,
  number: NUMBERS,
  time: ["2026-01-15T10:15:00.000Z", "${ time }", "${ utc(event.at) }"],
  duration: [
    "PT1M",
    "${ duration(event.count) }",
    "${ duration(event.ratio) }",
    "${ duration(event.at, time) }",
  ],
  role: ["Learner", "Instructor#TeachingAssistant"],
  status: ["Active", "Inactive"],
  metric: ["MinutesOnTask"],
  identifierType: ["SystemId", "Other"],
  object: [{ a: "${ event.any }", id: "${ event.text }" }],
};
