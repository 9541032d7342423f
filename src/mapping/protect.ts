import type { Personal, PersonalParts } from "../event/personal.ts";
import { wholeText } from "../event/whole.ts";
import { type Counted, count, type Pseudonym, pseudonymOf } from "./room.ts";

/** What is personal of a value; or of only some of what is in it, where nothing else is read. `*` stands for elements. */
export type Shown = Personal | { readonly picked: Readonly<Record<string, Shown>> };

/**
 * A copy of what is read of a value, with pseudonyms in the places of what is personal in it: texts, the parts of paths,
 * keys that no schema names. What is no text has no pseudonym: where it is personal by a mark of its own, it is left out, and is null
 * in a list. Where nothing is personal, it is the value itself. Never changes the value. Throws TooMuch where it would hold
 * too many pseudonyms.
 */
export const protect = (value: unknown, shown: Shown, pseudonym: Pseudonym): unknown =>
  shown === "free" ? value : picked(value, shown, { pseudonym, made: 0 });

const picked = (value: unknown, shown: Shown, names: Counted): unknown => {
  if (shown === "free") return value;
  if (typeof shown !== "object" || !("picked" in shown)) return wholly(value, shown, names);
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value)) {
    const each = shown.picked["*"];
    return each === undefined ? undefined : value.map((element) => picked(element, each, names) ?? null);
  }
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(shown.picked)) {
    const inner = shown.picked[key];
    if (inner === undefined || !Object.hasOwn(value, key)) continue;
    put(copy, key, picked((value as Readonly<Record<string, unknown>>)[key], inner, names));
  }
  return copy;
};

const wholly = (value: unknown, personal: Personal, names: Counted): unknown => {
  if (personal === "free") return value;
  const kind = typeof personal === "object" ? personal.leaf : personal;
  if (typeof value === "string") return kind === "free" ? value : textAs(kind, value, names);
  if (Array.isArray(value)) return elements(value, personal, names);
  if (typeof value === "object" && value !== null)
    return members(value as Readonly<Record<string, unknown>>, personal, names);
  if (value === null) return kind === "all" ? undefined : value;
  return kind === "free" || kind === "texts" ? value : undefined;
};

const elements = (list: readonly unknown[], personal: Personal, names: Counted): unknown[] => {
  const items = typeof personal === "object" ? personal.items : insideOf(personal);
  // An element that went would give its position to the next.
  return list.map((each) => wholly(each, items, names) ?? null);
};

const members = (
  object: Readonly<Record<string, unknown>>,
  personal: Personal,
  names: Counted,
): Record<string, unknown> => {
  const known: PersonalParts["properties"] = typeof personal === "object" ? personal.properties : {};
  const others = typeof personal === "object" ? personal.others : insideOf(personal);
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(object)) {
    const isNamed = Object.hasOwn(known, key);
    const value = wholly(object[key], isNamed ? (known[key] ?? others) : others, names);
    put(copy, isNamed || others === "free" ? key : (textAs("texts", key, names) ?? ""), value);
  }
  return copy;
};

const put = (object: Record<string, unknown>, key: string, value: unknown): void => {
  if (value === undefined) return;
  if (key === "__proto__") Object.defineProperty(object, key, { ...OWN, value });
  else object[key] = value;
};

/** How a property is set that an assignment would take for something else. */
const OWN = { configurable: true, enumerable: true, writable: true };

/** What a schema calls a text of some form, and is none, is as personal in all its parts. */
const insideOf = (personal: Exclude<Personal, PersonalParts>): PersonalParts["others"] =>
  personal === "path" || personal === "iri" ? "texts" : personal;

/** An empty text is nobody's. */
const textAs = (kind: PersonalParts["leaf"], text: string, names: Counted): string | undefined => {
  if (text === "") return text;
  if (kind === "path") return pathAs(text, names);
  const name = pseudonymOf(text, names);
  return kind === "iri" && name !== undefined ? `urn:uuid:${asUuid(name)}` : name;
};

/** A path as it is shown, and how many pseudonyms are in it. */
interface ShownPath {
  readonly text: string;
  readonly made: number;
}

/** By what makes their pseudonyms, the paths that were shown: learners save the same few files again and again. */
const shownPaths = new WeakMap<Pseudonym, Map<string, ShownPath>>();

/** Paths remembered for each; and how long they may be, in characters. */
const REMEMBERED = 2000;
const LONGEST_REMEMBERED = 256;

const pathAs = (path: string, names: Counted): string => {
  if (path.length > LONGEST_REMEMBERED) return makePath(path, names);
  const remembered = rememberedFor(names.pseudonym);
  const known = remembered.get(path);
  if (known !== undefined) {
    count(names, known.made);
    return known.text;
  }
  const before = names.made;
  const text = makePath(path, names);
  if (remembered.size >= REMEMBERED) remembered.clear();
  const whole = wholeText(text);
  remembered.set(path, { text: whole, made: names.made - before });
  return whole;
};

const rememberedFor = (pseudonym: Pseudonym): Map<string, ShownPath> => {
  const known = shownPaths.get(pseudonym);
  if (known !== undefined) return known;
  const remembered = new Map<string, ShownPath>();
  shownPaths.set(pseudonym, remembered);
  return remembered;
};

/**
 * A path with a pseudonym for each segment, of 16 hexadecimal digits; what is empty or only dots stays. The last segment
 * keeps its ending where that is a common one: every other could be part of somebody's name. What is longer than paths
 * are has one pseudonym as a whole.
 */
const makePath = (path: string, names: Counted): string => {
  let shown = "";
  let from = 0;
  if (!isLong(path))
    for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", from)) {
      shown += `${segmentAs(path.slice(from, slash), names)}/`;
      from = slash + 1;
    }
  const rest = path.slice(from);
  const name = segmentAs(rest, names);
  return shown + (name === rest ? name : name + endingOf(rest.slice(rest.lastIndexOf("/") + 1)));
};

/** Linux takes no longer path (PATH_MAX); and a pseudonym for each of thousands of segments would hold up others. */
const isLong = (path: string): boolean => {
  if (path.length > LONGEST_PATH) return true;
  let segments = 1;
  for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) segments++;
  return segments > MOST_SEGMENTS;
};

const LONGEST_PATH = 4096;
const MOST_SEGMENTS = 64;

const segmentAs = (segment: string, names: Counted): string =>
  segment === "" || segment === "." || segment === ".."
    ? segment
    : (pseudonymOf(segment, names)?.slice(0, SEGMENT) ?? "");

const SEGMENT = 16;

const endingOf = (segment: string): string => {
  const dot = segment.lastIndexOf(".");
  if (dot < 1 || segment.length - dot > LONGEST + 1) return "";
  const ending = segment.slice(dot + 1).toLowerCase();
  return ENDINGS.has(ending) ? `.${ending}` : "";
};

/** The endings that files commonly have where people work with notebooks. */
const ENDINGS: ReadonlySet<string> = new Set(
  "ipynb py r jl sql sh md rmd qmd txt tex html htm css js ts c h cpp java rs go pdf csv tsv json jsonl xml yaml yml toml ini cfg xls xlsx ods doc docx odt ppt pptx odp parquet feather npy npz h5 hdf5 pkl pickle mat rds rdata sav dta db sqlite png jpg jpeg gif svg webp tif tiff mp3 mp4 wav zip gz tar bz2 7z log bib".split(
    " ",
  ),
);

const LONGEST = Math.max(...[...ENDINGS].map((each) => each.length));

/** 32 hexadecimal digits as a UUID of a form of one's own (RFC 9562, section 5.8). */
const asUuid = (digits: string): string =>
  [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(13, 16)}`,
    `a${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join("-");
