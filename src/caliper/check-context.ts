import { at, complain, isObject, member, type Place, type Scope } from "./problems.ts";
import { CONTEXT_V1P1, extensionContext, extensions, extensionsWith } from "./v1p1.ts";
import { CONTEXT } from "./vocabulary.ts";

/**
 * The place inside an object with the scope of its `@context`, which is complained of where it is not the version's
 * (Caliper 1.2, JSON-LD). An object without one stands in the contexts around it, if it need not have its own.
 */
export const inContext = (
  place: Place,
  value: Readonly<Record<string, unknown>>,
  need: "required" | "optional",
): Place => {
  const context = member(value, "@context");
  if (context !== undefined) return { ...place, scope: scopeOf(context, at(place, "@context")) };
  if (need === "required")
    complain(place, "missing-property", `"@context" is missing: ${contextOf(place)} belongs there.`);
  return place;
};

/** Complains of a word that no context in force defines: a reader of JSON-LD would lose it. */
export const checkWord = (word: string, place: Place): void => {
  const { caliper, extensions: named, inline } = place.scope;
  if (inline.has(word)) return;
  if (!caliper)
    complain(place, "not-in-context", `The "@context" written out here does not define "${word}".`);
  if (place.version === "1.2" || named === undefined) return;
  const defining = extensionsWith(word);
  if (defining.length === 0 || defining.some((each) => named.has(each))) return;
  const contexts = defining.map((each) => `"${extensionContext(each)}"`).join(" or ");
  complain(place, "not-in-context", `Caliper 1.1 knows "${word}" only with the "@context" ${contexts}.`);
};

const contextOf = ({ version }: Place): string => `"${version === "1.2" ? CONTEXT : CONTEXT_V1P1}"`;

const CALIPERS = "http://purl.imsglobal.org/ctx/caliper/";

const scopeOf = (context: unknown, place: Place): Scope => {
  const all = Array.isArray(context) ? context : [context];
  // What a context that is wrong would have defined is not known: no word is complained of for it.
  const anything: Scope = { caliper: true, extensions: undefined, inline: new Set() };
  if (Array.isArray(context)) {
    const broken = context.filter((each, index) => !isContext(each, at(place, index))).length > 0;
    if (!isCaliper(context.at(-1), place)) {
      complain(place, "wrong-context", `The last item of "@context" must be ${contextOf(place)}.`);
      return anything;
    }
    if (broken) return anything;
  } else if (typeof context === "string") {
    if (!isCaliper(context, place)) {
      complain(place, "wrong-context", `"@context" must be ${contextOf(place)}.`);
      return anything;
    }
  } else if (!isContext(context, place)) return anything;
  return {
    caliper: all.some((each) => isCaliper(each, place)),
    extensions: new Set(Object.keys(extensions).filter((each) => all.includes(extensionContext(each)))),
    inline: new Set(all.flatMap((each) => (isObject(each) ? definedIn(each) : []))),
  };
};

const isCaliper = (context: unknown, { version }: Place): boolean =>
  version === "1.2"
    ? context === CONTEXT
    : context === CONTEXT_V1P1 || Object.keys(extensions).some((each) => context === extensionContext(each));

/** Whether an item may be part of a context: an IRI, of Caliper's only the version's own, or terms written out. */
const isContext = (context: unknown, place: Place): boolean => {
  if (isObject(context) && definedIn(context).length > 0) return true;
  if (typeof context === "string") {
    if (context.startsWith(CALIPERS) ? isCaliper(context, place) : /^[a-z][a-z0-9+.-]*:\S+$/i.test(context))
      return true;
  }
  complain(
    place,
    "wrong-context",
    `This is no context of Caliper ${place.version}: it is an IRI such as ${contextOf(place)}, or an object that defines words.`,
  );
  return false;
};

const definedIn = (context: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.entries(context).flatMap(([word, meaning]) =>
    (typeof meaning === "string" && meaning !== "") || typeof member(asObject(meaning), "@id") === "string"
      ? [word]
      : [],
  );

const asObject = (value: unknown): Readonly<Record<string, unknown>> => (isObject(value) ? value : {});
