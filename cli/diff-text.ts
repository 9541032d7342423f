import type { Trouble } from "../src/archive/damaged.ts";
import { counted } from "../src/counted.ts";
import type { FieldChange } from "../src/diff/fields.ts";
import type { Why } from "../src/diff/findings.ts";
import type {
  EndpointTally,
  MappingTally,
  Shown,
  Tallied,
  TranslationTally,
  UnreadableTally,
} from "../src/diff/tallied.ts";
import { pathText } from "../src/mapping/difference.ts";
import { bold, brief, dim, green, red, yellow } from "./paint.ts";
import { passedOverLines } from "./passed-over.ts";
import { visible } from "./visible.ts";

/** A comparison as it is told. */
export interface Told {
  readonly tallied: Tallied;
  /** Where the events are from, in words: `2026-11-21 (prod)`. */
  readonly events: string;
  /** The folder that this one is compared with. */
  readonly before: string;
  readonly notes: readonly string[];
  /** Objects of the archive, and files, that could not be read. */
  readonly passedOver: readonly Trouble[];
  readonly damagedFiles: readonly Trouble[];
}

export const diffText = (told: Told): string => {
  const { tallied, notes, passedOver, damagedFiles } = told;
  return [
    ...tallied.endpoints.flatMap(endpointLines),
    ...tallied.unreadable.flatMap(unreadableLines),
    ...notes.map((note) => yellow(visible(note))),
    ...passedOverLines(passedOver),
    ...damagedFiles.map(({ detail }) => yellow(visible(detail))),
    ...summaryLines(told),
  ].join("\n");
};

const summaryLines = ({ tallied, events, before }: Told): readonly string[] => {
  const { endpoints, unreadable, differs, damaged } = tallied;
  const sum = (kind: "same" | "changed" | "new" | "gone"): number =>
    endpoints.reduce((total, each) => total + each[kind], 0);
  const [same, changed, added, gone] = [sum("same"), sum("changed"), sum("new"), sum("gone")];
  const compared = visible(
    `${counted(tallied.events, "event")} of ${events}, by ${before} and by this folder`,
  );
  const broken =
    damaged > 0 ? [yellow(`${counted(damaged, "line")} could not be read: no JSON, or not all of it.`)] : [];
  if (!differs)
    return [
      ...broken,
      `${compared}:`,
      green(`Nothing would change: ${counted(same, "statement")} the same.`),
    ];
  const failing = endpoints.flatMap(({ mappings }) => mappings).reduce((all, each) => all + each.failing, 0);
  const lost = unreadable.reduce((all, each) => all + each.after, 0);
  return [
    ...broken,
    `${compared}:`,
    [
      `${counted(changed, "statement")} would change, ${added} appear, ${gone} vanish; ${same} the same.`,
      ...(failing > 0 ? [red(`A mapping would fail ${counted(failing, "time")} more.`)] : []),
      ...(lost > 0 ? [red(`${counted(lost, "event")} could be read no more.`)] : []),
    ].join(" "),
  ];
};

const endpointLines = (tally: EndpointTally): readonly string[] => {
  const { endpoint, only, translations, mappings } = tally;
  const name = bold(visible(endpoint));
  if (only === "after") return [`${name} is new: ${counted(tally.new, "statement")} would appear`, ""];
  if (only === "before") return [`${name} is gone: ${counted(tally.gone, "statement")} would vanish`, ""];
  const lines = [...translations.flatMap(translationLines), ...mappings.flatMap(mappingLines)];
  return lines.length === 0 ? [] : [name, ...lines, ""];
};

const translationLines = (tally: TranslationTally): readonly string[] => {
  const { translation, same, changed, gone, fields, newFrom, goneTo, shown } = tally;
  const added = tally.new;
  if (changed + added + gone === 0) return [];
  const before = same + changed + gone;
  return [
    `  ${visible(translation)}`,
    ...(changed > 0 ? [`    changed ${changed} of ${before} (${counts(fields)})`] : []),
    ...(added > 0 ? [`    ${green(`new ${added}`)}${dim(whys("before", newFrom))}`] : []),
    ...(gone > 0 ? [`    ${red(`gone ${gone}`)} of ${before}${dim(whys("after", goneTo))}`] : []),
    ...shown.flatMap(shownLines),
  ];
};

const counts = (numbers: Readonly<Record<string, number>>): string =>
  Object.entries(numbers)
    .map(([name, count]) => `${visible(name)}: ${count}`)
    .join(", ");

/** Why statements are not told by one version, after their number. */
const WHY: Readonly<Record<Why, string>> = {
  consent: "not wanted by the learner",
  selection: "not taken by the endpoint",
  launch: "with a launch that leads nowhere",
  where: "kept back by the endpoint's condition",
  mapping: "said by no translation",
  repeat: "repeating another",
  failed: "at which the mapping fails, or too large",
  unreadable: "whose event cannot be read",
  endpoint: "of no endpoint",
};

const whys = (when: string, numbers: Readonly<Partial<Record<Why, number>>>): string => {
  const words = Object.entries(numbers).map(([why, count]) => `${count} ${WHY[why as Why]}`);
  return ` (${when}: ${words.join(", ")})`;
};

const mappingLines = ({ mapping, failing, mended, details, moved }: MappingTally): readonly string[] => {
  const lines = [
    ...(failing > 0 ? [`    ${red(`fails ${counted(failing, "time")} more`)}`] : []),
    ...(mended > 0 ? [`    ${green(`fails ${counted(mended, "time")} less`)}`] : []),
    ...details.map((detail) => `      ${visible(detail)}`),
    ...Object.entries(moved).map(([way, count]) =>
      dim(`    nothing told of ${counted(count, "event")} for another reason: ${way}`),
    ),
  ];
  return lines.length === 0 ? [] : [`  ${visible(mapping)}`, ...lines];
};

const unreadableLines = (tally: UnreadableTally): readonly string[] => {
  const { mapping, before, after, details, both } = tally;
  const neither = Object.values(both).reduce((all, each) => all + each, 0);
  return [
    bold(mapping === "" ? "Events of no mapping" : `Events of ${visible(mapping)}`),
    ...(after > 0 ? [`  ${red(`${after} could be read no more`)}`] : []),
    ...(before > 0 ? [`  ${green(`${before} could be read that cannot be read before`)}`] : []),
    ...details.map((detail) => `    ${visible(detail)}`),
    ...(neither > 0 ? [dim(`  ${neither} can be read by neither (${counts(both)})`)] : []),
    "",
  ];
};

/** So much of a value stands on its line. */
const VALUE = 160;

const shownLines = ({ event, id, changes, before, after }: Shown): readonly string[] => [
  dim(`      statement ${visible(id)} of event ${visible(event)}`),
  ...(changes ?? []).map(changeLine),
  ...(before === undefined ? [] : [`        ${red(visible(before))}`]),
  ...(after === undefined ? [] : [`        ${green(visible(after))}`]),
];

const changeLine = ({ path, before, after }: FieldChange): string =>
  `        ${visible(pathText(path.map(String)))}: ${value(before, red)} → ${value(after, green)}`;

const value = (json: unknown, paint: (text: string) => string): string =>
  json === undefined ? dim("(not there)") : paint(visible(brief(json, VALUE)));
