import { randomUUID } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { project } from "../../../build/bundle.ts";
import type { Statement } from "../../../src/delivery/pack.ts";
import { isObject } from "../../../src/event/json.ts";
import { readExamples } from "../../../src/mapping/examples.ts";

/** An xAPI statement that an example beside a mapping expects, as the first function would send it. */
export interface ExampleStatement extends Statement {
  /** Where the example begins, with its title, for people. */
  readonly from: string;
}

/** The xAPI statements of all examples, mapping by mapping. Throws where an examples.yml has problems. */
export const exampleStatements = (): readonly (readonly ExampleStatement[])[] =>
  globSync("mappings/**/examples.yml", { cwd: project }).sort().map(statementsOf);

const statementsOf = (file: string): readonly ExampleStatement[] => {
  const examples = readExamples(file, readFileSync(join(project, file), "utf8"));
  if ("problems" in examples) throw new Error(`${file} has problems; ./jlt check tells them.`);
  const mapping = relative("mappings", dirname(file));
  return examples.flatMap(({ title, place, expect }) =>
    [...(expect?.statements ?? [])].flatMap(([name, { xapi = [] }]) =>
      xapi.filter(isObject).map((statement) => ({
        id: String(statement.id),
        event: randomUUID(),
        translation: `${mapping}:${name}`,
        mapping: "",
        text: JSON.stringify(statement),
        from: `${file}:${place.line} ${title}`,
      })),
    ),
  );
};
