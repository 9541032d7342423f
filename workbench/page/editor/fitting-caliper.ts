import { entityTypes } from "../../../src/caliper/entities.ts";
import { eventParts, eventTypes } from "../../../src/caliper/general.ts";
import { isKindOf, propertiesOf } from "../../../src/caliper/kinds.ts";
import { structures } from "../../../src/caliper/structures.ts";
import { identifierTypes, metrics, roleTerms, statusTerms } from "../../../src/caliper/vocabulary.ts";
import type { Path } from "../../../src/document/document.ts";
import { type Choice, type Fitting, key, keysOnly, NOTHING, word, wordsOnly } from "./choice.ts";

/** The text that stands at a path below the side, where it is written there. */
type TextAt = (path: Path) => string | undefined;

/** What a mapping's `caliper` side may say at a path below it. */
export const fittingCaliper = (path: Path, textAt: TextAt): Fitting => {
  const [first, ...rest] = path;
  if (first === undefined) return keysOnly(SIDE);
  const type = textAt(["type"]) ?? "";
  const known = Object.hasOwn(eventTypes, type) ? eventTypes[type] : undefined;
  const about = (what: string): string => (known === undefined ? what : `${what} of a ${type}.`);
  switch (first) {
    case "type":
      return wordsOnly(Object.keys(eventTypes).map((each) => word(each)));
    case "action":
      return wordsOnly((known?.actions ?? []).map((each) => word(each, about("An action"))));
    case "profile":
      return wordsOnly((known?.profiles ?? []).map((each) => word(each, about("A profile"))));
    case "actor":
      return wordsOnly([word("application", "It was not the learner who did it.")]);
    case "object":
    case "generated":
    case "target":
    case "referrer":
      return fittingKind((known?.[first] ?? eventParts[first]).join("|"), rest, { here: [first], textAt });
    default:
      return NOTHING;
  }
};

/** What a side says of an event; the translator adds the rest. */
const SIDE: readonly Choice[] = [
  key("type", "Which kind of event it is."),
  key("profile", "The profile, where it is not the usual one of its type."),
  key("actor", "application, where it was not the learner who did it."),
  key("action", "What was done."),
  key("object", "What it was done to."),
  key("generated", "What came of it."),
  key("target", "Which part of the object it was."),
  key("referrer", "Where the learner came from."),
  key("extensions", "What Caliper has no word for, by IRIs."),
];

interface Place {
  readonly here: Path;
  readonly textAt: TextAt;
}

/** What fits a kind of value, or is in it; kinds are those of the entity types. */
const fittingKind = (kind: string, path: Path, { here, textAt }: Place): Fitting => {
  const [step, ...rest] = path;
  if (kind.endsWith("[]"))
    return step === undefined
      ? NOTHING
      : fittingKind(kind.slice(0, -2), rest, { here: [...here, step], textAt });
  const words = WORDS[kind];
  if (words !== undefined) return wordsOnly([...words].map((each) => word(each)));
  const structure = Object.hasOwn(structures, kind) ? structures[kind] : undefined;
  const allowed = kind.split("|");
  const isEntity = allowed.every((each) => Object.hasOwn(entityTypes, each));
  if (structure === undefined && !isEntity) return NOTHING;
  const written = textAt([...here, "type"]) ?? "";
  const type = Object.hasOwn(entityTypes, written) ? written : allowed.length === 1 ? kind : "Entity";
  const properties = structure?.properties ?? propertiesOf(type);
  if (step === undefined)
    return keysOnly([
      ...(isEntity ? [key("id", "Its IRI.")] : []),
      key("type", `Which kind of ${isEntity ? "entity" : "part"} it is.`),
      ...Object.entries(properties).map(([name, of]) => key(name, `Of ${type}.`, of)),
    ]);
  if (step === "type") return wordsOnly(typesOf(allowed, isEntity).map((each) => word(each)));
  const of = Object.hasOwn(properties, step) ? properties[step] : undefined;
  return of === undefined ? NOTHING : fittingKind(of, rest, { here: [...here, step], textAt });
};

const typesOf = (allowed: readonly string[], isEntity: boolean): readonly string[] =>
  isEntity
    ? Object.keys(entityTypes).filter((type) => allowed.some((each) => isKindOf(type, each)))
    : allowed;

const WORDS: Readonly<Record<string, Iterable<string>>> = {
  role: roleTerms,
  status: statusTerms,
  metric: metrics,
  identifierType: identifierTypes,
  boolean: ["true", "false"],
};
