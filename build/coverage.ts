import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eventTypes } from "../src/caliper/general.ts";
import type { Problem } from "../src/document/problem.ts";
import { readSchema } from "../src/event/schema.ts";
import { readMapping } from "../src/mapping/read.ts";
import { constantText, memberOf } from "../src/mapping/tree.ts";
import { understand } from "../src/mapping/understand.ts";
import { project } from "./bundle.ts";
import { type CertificationRow, certificationRows } from "./certification.ts";
import { imaginedSettings } from "./imagined.ts";
import { readMappings, type Source } from "./site.ts";

/** Which of the events that 1EdTech asks a sensor for are sent, and which could be. */
export interface Covered extends CertificationRow {
  readonly status: "emitted" | "possible by mapping" | "not applicable";
  /** The translations that emit it; or why none can. */
  readonly by: readonly string[];
}

/** What the profiles are about that Jupyter has not. */
const FOREIGN: Readonly<Record<string, string>> = {
  ForumProfile: "Jupyter has no forum",
  MediaProfile: "no Jupyter event tells what is done with a player",
  SurveyProfile: "Jupyter has no surveys",
};

/** Finds for each row whether a mapping of `sources` emits it, or whether one could. */
export const coverage = (sources: readonly Source[]): readonly Covered[] =>
  certificationRows.map((row): Covered => {
    const by = sources.flatMap((source) => emitting(source, row));
    if (by.length > 0) return { ...row, status: "emitted", by };
    const foreign = FOREIGN[row.profile];
    if (foreign !== undefined) return { ...row, status: "not applicable", by: [foreign] };
    const problems = tryOut(row);
    return problems.length === 0
      ? { ...row, status: "possible by mapping", by: [] }
      : { ...row, status: "not applicable", by: problems.map(({ message }) => message) };
  });

const emitting = ({ mapping }: Source, { profile, event, action }: CertificationRow): readonly string[] =>
  mapping.translations.flatMap(({ name, sides: { caliper } }) => {
    if (caliper === undefined) return [];
    const type = constantText(memberOf(caliper, "type")) ?? "";
    const own = constantText(memberOf(caliper, "profile")) ?? eventTypes[type]?.profiles[0];
    const isIt = own === profile && (event ?? type) === type;
    return isIt && (action === "*" || constantText(memberOf(caliper, "action")) === action) ? [name] : [];
  });

const EVENT = "https://example.edu/event";

/** What the check of mappings says against the smallest mapping that would emit a row. */
export const tryOut = ({
  profile,
  event = "Event",
  action,
  actor,
  object,
  generated,
}: CertificationRow): readonly Problem[] => {
  const entity = (type: string, name: string): object => ({ id: `${EVENT}/${name}`, type });
  const text = JSON.stringify({
    event: EVENT,
    title: "The smallest",
    translations: [
      {
        name: "told",
        caliper: {
          type: event,
          profile,
          ...(actor === "SoftwareApplication" && { actor: "application" }),
          action: action === "*" ? "Used" : action,
          object: entity(object, "object"),
          ...(generated !== undefined && { generated: entity(generated, "generated") }),
        },
      },
    ],
  });
  const schema = readSchema("schema.v1.yml", JSON.stringify({ $id: EVENT, version: "1", type: "object" }));
  const mapping = readMapping("told", "mapping.yml", text);
  if (!("schema" in schema)) return schema;
  if (!("translations" in mapping)) return mapping;
  const understood = understand(mapping, [schema], { hub: { ...imaginedSettings().hub, files: EVENT } });
  return "translations" in understood ? [] : understood;
};

/** The page that says so. */
const coveragePage = (covered: readonly Covered[]): string => {
  const count = (status: Covered["status"]): number =>
    covered.filter((each) => each.status === status).length;
  const line = ({ profile, event, action, actor, object, generated, need, status, by }: Covered): string =>
    `| ${[profile, event ?? "any", action === "*" ? "any" : action, `${actor} → ${object}`, generated ?? "", need, status, by.map((each) => (status === "emitted" ? `\`${each}\`` : each)).join(", ")].join(" | ")} |`;
  return `# Caliper 1.2: which events are sent

1EdTech's certification has a table of ${covered.length} kinds of event that a sensor sends. This page says of each whether a mapping that is shipped emits it, or whether a mapping of your own could, for an event that tells of it. It is made by \`npm run coverage\`, from the mappings and by trying the smallest mapping of each kind on the check. It is no claim: whether something is certified is for 1EdTech to say, and nobody has asked them.

| | |
|---|---|
| emitted | ${count("emitted")} |
| possible by mapping | ${count("possible by mapping")} |
| not applicable | ${count("not applicable")} |

| profile | event | action | actor → object | generated | asked for as | here | by, or why not |
|---|---|---|---|---|---|---|---|
${covered.map(line).join("\n")}
`;
};

/** Where the page lies. */
export const COVERAGE_PAGE = join(project, "docs/caliper-coverage.md");

/** The page as it should be. */
export const currentPage = async (): Promise<string> => {
  const { sources } = await readMappings(project, imaginedSettings().hub);
  return coveragePage(coverage(sources));
};

if (import.meta.main) {
  await writeFile(COVERAGE_PAGE, await currentPage());
  console.log("Wrote docs/caliper-coverage.md.");
}
