import type { Environment } from "@marcbachmann/cel-js";
import type { Path } from "../document/document.ts";
import { RESERVED } from "./environment.ts";
import type { Expression } from "./expression.ts";
import type { Previous } from "./read.ts";
import type { Reader } from "./reader.ts";

/** The event just before that translations may look back on; `same` and `when` read the event alone. */
export interface UnderstoodPrevious {
  readonly name: string;
  readonly same: readonly Expression[];
  readonly when: Expression | undefined;
}

/** Reads what a mapping says of the event before; gives undefined where its name cannot be one. */
export const understandPrevious = (
  { as: name, same, when }: Previous,
  environment: Environment,
  reader: Reader,
): UnderstoodPrevious | undefined => {
  if (environment.hasVariable(name) || RESERVED.has(name)) {
    reader.complain(["previous", "as"], `"${name}" has a meaning already; take another name.`);
    return undefined;
  }
  // What joins two events is found before it is known for whom, and when, and which endpoint.
  const alone = (expression: Expression | undefined, path: Path): Expression | undefined => {
    for (const each of expression?.reads ?? [])
      if (each !== "event")
        reader.complain(path, `Only the event's own fields can be read here, not "${each}".`);
    return expression;
  };
  const read = same.map((source, at) => {
    const path = ["previous", "same", at];
    return alone(reader.expression(source, path, environment), path);
  });
  const path = ["previous", "when"];
  return {
    name,
    same: read.filter((each) => each !== undefined),
    when: when === undefined ? undefined : alone(reader.condition(when, path, environment), path),
  };
};
