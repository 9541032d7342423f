import fc from "fast-check";
import { isObject, type JsonObject } from "../../src/event/json.ts";
import { type Personal, type PersonalParts, personalAt } from "../../src/event/personal.ts";

/** Values that are found again wherever they come out, in whatever form. */
export interface Canaries {
  /** A text that is somebody's own: with odd characters, or a path. */
  text(): string;
  /** A number that is somebody's own. */
  number(): number;
  /** Those that were made. */
  readonly made: readonly string[];
}

/** What a canary has around it. */
const ODD = [
  "",
  "é",
  " ",
  '"',
  "/",
  "\\",
  "@uni.example",
  ".IPYNB",
  ".lovelace",
  "/../",
  "%2F",
  "☃",
  "👍",
  "'",
  "<",
  "\u0000",
];

/** Makes canaries out of a seed: each is another. */
export const canariesOf = (seed: number): Canaries => {
  const made: string[] = [];
  let state = seed >>> 0;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const core = (): string => {
    const letters = Array.from({ length: 12 }, () => String.fromCharCode(103 + next(20)));
    const text = `Z${letters.join("")}`;
    made.push(text);
    return text;
  };
  const odd = (): string => ODD[next(ODD.length)] ?? "";
  return {
    made,
    text: () => `${odd()}${core()}${odd()}${next(2) === 0 ? `/${core()}${odd()}` : ""}`,
    number: () => {
      const digits = 1_000_000_000_000 + next(2 ** 30);
      made.push(String(digits));
      return digits;
    },
  };
};

/** An event with a canary in the place of whatever is personal in it, and of each key that no schema names. */
export const withCanaries = (value: unknown, personal: Personal, canaries: Canaries): unknown => {
  const leaf = typeof personal === "object" ? personal.leaf : personal;
  if (typeof value === "string") return leaf === "free" ? value : canaries.text();
  if (typeof value === "number") return leaf === "all" ? canaries.number() : value;
  if (Array.isArray(value))
    return value.map((each) => withCanaries(each, personalAt(personal, ["*"]), canaries));
  if (!isObject(value)) return value;
  const known: PersonalParts["properties"] = typeof personal === "object" ? personal.properties : {};
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      const at = personalAt(personal, [key]);
      const isNamed = Object.hasOwn(known, key) || at === "free";
      return [isNamed ? key : canaries.text(), withCanaries(each, at, canaries)];
    }),
  );
};

/** An event that is personal where its schema says so. */
export const canaryEvents = (
  events: fc.Arbitrary<JsonObject>,
  personal: Personal,
): fc.Arbitrary<{ readonly event: JsonObject; readonly canaries: Canaries }> =>
  fc.tuple(events, fc.integer({ min: 1, max: 2 ** 31 })).map(([event, seed]) => {
    const canaries = canariesOf(seed);
    const marked = withCanaries(event, personal, canaries);
    if (!isObject(marked)) throw new Error("An event stays an object.");
    return { event: marked, canaries };
  });

/** The forms in which a canary could come out: as it is in any case, as base64, as hexadecimal digits. */
const formsOf = (canary: string): readonly string[] => {
  const bytes = Buffer.from(canary);
  // Where a text stands among others decides which of three forms its base64 has.
  const base64 = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .slice(before === 0 ? 0 : 4, -4),
  );
  return [canary, bytes.toString("hex"), ...base64].map((form) => form.toLowerCase());
};

/** The canaries that are found in what came out. */
export const foundIn = (out: readonly string[], canaries: readonly string[]): readonly string[] => {
  const all = out.join("\n").toLowerCase();
  return canaries.filter((canary) => formsOf(canary).some((form) => all.includes(form)));
};
