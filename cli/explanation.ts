import type { Endpoint } from "../src/endpoint/endpoint.ts";
import type {
  ExplainedField,
  ExplainedMapping,
  ExplainedTranslation,
  Origin,
} from "../src/mapping/explain.ts";
import type { Side } from "../src/mapping/understand.ts";
import type { ExplainedEvent, ExplainedSide } from "./explain.ts";
import { bold, brief, dim, yellow } from "./paint.ts";

/** How wide a terminal is taken to be. */
const WIDTH = 100;

const NAMES: Readonly<Record<Side, string>> = { caliper: "Caliper", xapi: "xAPI", json: "JSON" };

/** A mapping's explanation for people. */
export const mappingText = ({ place, title, lets, previous, translations }: ExplainedMapping): string =>
  [
    bold(place.file),
    title,
    ...(lets.length === 0 ? [] : ["", bold("let"), ...originLines(lets)]),
    ...(previous === undefined ? [] : ["", bold("previous"), `    ${previous}`]),
    ...translations.flatMap(translationLines),
  ].join("\n");

const translationLines = ({
  name,
  place,
  optional,
  when,
  forEach,
  time,
  within,
  sides,
}: ExplainedTranslation): readonly string[] => [
  "",
  `${bold(name)}${optional ? dim(" (optional)") : ""}  ${dim(`${place.file}:${place.line}`)}`,
  ...(forEach === undefined
    ? []
    : [`  for each ${forEach.path[0]} in ${forEach.says}${dim(arrow(forEach.fields))}`]),
  ...(when === undefined ? [] : [`  when ${when.says}${dim(arrow(when.fields))}`]),
  ...(time === undefined ? [] : [`  at ${time.says}${dim(arrow(time.fields))}`]),
  ...(within === undefined ? [] : [`  repeats within ${within} are told once`]),
  ...Object.entries(sides).flatMap(([side, origins]) => [
    "",
    `  ${NAMES[side as Side]}`,
    ...originLines(origins.filter((each) => each.place !== undefined)),
    dim("    filled in by the translator"),
    ...originLines(origins.filter((each) => each.place === undefined)),
  ]),
];

/** A line per field: its name, what makes it, what that is made from; with the line in the file before it. */
const originLines = (origins: readonly Origin[]): readonly string[] => {
  const names = origins.map(({ path }) => shortPath(path));
  const wide = Math.min(34, Math.max(...names.map((each) => each.length)));
  const says = Math.min(44, Math.max(...origins.map((each) => each.says.length)));
  return origins.map(({ place, says: text, fields, personal }, at) => {
    const where =
      place === undefined ? "" : `${place.file.slice(place.file.lastIndexOf("/") + 1)}:${place.line}`;
    const start = `    ${dim(where.padEnd(place === undefined ? 0 : 15))}${place === undefined ? "" : " "}${(names[at] ?? "").padEnd(wide)}  `;
    const left = place === undefined ? wide + 6 : wide + 22;
    const from = `${arrow(fields).trim()}${personalNote(fields, personal)}`;
    if (from === "") return `${start}${text}`.trimEnd();
    return left + Math.max(says, text.length) + 2 + from.length <= WIDTH
      ? `${start}${text.padEnd(says)}  ${dim(from)}`
      : `${start}${text}\n${" ".repeat(left)}${dim(from)}`;
  });
};

/** What the endpoints of a site get of the fields that are personal, where there are any. */
export const policyText = (
  mappings: readonly ExplainedMapping[],
  endpoints: readonly { readonly endpoint: Pick<Endpoint, "name" | "personalData"> }[],
): readonly string[] => {
  const isPersonal = mappings.some(({ translations }) =>
    translations.some(({ sides }) =>
      Object.values(sides).some((origins) => origins.some(({ personal }) => personal !== undefined)),
    ),
  );
  if (!isPersonal) return [];
  const lines = Object.entries(POLICIES).flatMap(([policy, words]) => {
    const names = endpoints.filter(({ endpoint }) => endpoint.personalData === policy);
    return names.length === 0 ? [] : [`  ${words}: ${names.map(({ endpoint }) => endpoint.name).join(", ")}`];
  });
  return [[bold("What is personal"), ...lines].join("\n")];
};

const POLICIES: Readonly<Record<Endpoint["personalData"], string>> = {
  pseudonymise: "goes as a pseudonym, and a path as a path of pseudonyms, to",
  allow: "goes as it is to",
  refuse: "never goes to",
};

/** Which of the fields are personal, where not all of the event's are. */
const personalNote = (fields: readonly string[], personal: Origin["personal"] = []): string => {
  if (personal.length === 0) return "";
  const others = fields.filter((each) => each.startsWith("event.") && !personal.includes(each));
  return others.length === 0 ? " (personal)" : ` (personal: ${personal.join(", ")})`;
};

/** What an event becomes, for people. */
export const eventText = ({ line, quarantine, mapping, sides }: ExplainedEvent): string => {
  if (quarantine !== undefined)
    return `${bold(`line ${line}`)}: ${yellow(`quarantine, ${quarantine.reason}: ${quarantine.detail}`)}`;
  const some = sides.filter(({ statements, failed }) => statements.length > 0 || failed !== undefined);
  if (some.length === 0)
    return `${bold(`line ${line}`)}: ${mapping}: nothing, as no translation applies to it`;
  return [`${bold(`line ${line}`)}: ${mapping}`, ...some.flatMap(sideLines)].join("\n");
};

const sideLines = ({ side, failed, statements }: ExplainedSide): readonly string[] =>
  failed !== undefined
    ? [`  ${NAMES[side]}: ${yellow(failed)}`]
    : statements.flatMap(({ translation, fields }) => [
        `  ${NAMES[side]}, ${bold(translation)}`,
        ...fieldLines(fields),
      ]);

/** A line per field: its name and value; and behind it, or below it where there is no room, where it comes from. */
const fieldLines = (fields: readonly ExplainedField[]): readonly string[] => {
  const names = fields.map(({ path }) => shortPath(path));
  const wide = Math.min(34, Math.max(...names.map((each) => each.length)));
  return fields.map(({ value, says, fields: from, personal, place }, at) => {
    const name = (names[at] ?? "").padEnd(wide);
    const shown = brief(value, WIDTH - wide - 6);
    const where =
      place === undefined ? "" : `  ${place.file.slice(place.file.lastIndexOf("/") + 1)}:${place.line}`;
    const isSaid = says === JSON.stringify(value);
    const origin = `← ${isSaid ? "as written" : says}${arrow(from)}${personalNote(from, personal)}${where}`;
    return wide + shown.length + origin.length + 8 <= WIDTH
      ? `    ${name}  ${shown}  ${dim(origin)}`
      : `    ${name}  ${shown}\n${" ".repeat(wide + 6)}${dim(origin)}`;
  });
};

/** What something is made from, but for the hub, which is the same for all. */
const arrow = (fields: readonly string[]): string => {
  const some = fields.filter((each) => each !== "hub" && !each.startsWith("hub."));
  return some.length === 0 ? "" : `  ← ${some.join(", ")}`;
};

/** A field's name, with the IRIs that are keys shortened to their last part. */
const shortPath = (path: readonly string[]): string =>
  path
    .map((step, at) => {
      if (/^\d+$/.test(step)) return `[${step}]`;
      if (step.includes("/")) return `[…/${step.slice(step.lastIndexOf("/") + 1)}]`;
      return at === 0 ? step : `.${step}`;
    })
    .join("");
