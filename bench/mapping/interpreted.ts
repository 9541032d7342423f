import type { Environment, ParseResult } from "@marcbachmann/cel-js";
import type { JsonObject } from "../../src/event/json.ts";
import { environmentFor } from "../../src/mapping/environment.ts";
import type { Tree } from "../../src/mapping/tree.ts";
import { readsOf, type UnderstoodMapping } from "../../src/mapping/understand.ts";

/** A mapping's side as an interpreter would work it out: the tree is walked, and cel-js evaluates each expression. */
export type Interpret = (event: JsonObject) => unknown;

export const interpreter = (
  { lets }: UnderstoodMapping,
  side: Tree,
  schema: JsonObject,
  hub: Readonly<Record<string, string>>,
): Interpret => {
  const environment = environmentFor(schema);
  for (const { name } of lets) environment.registerVariable(name, "string");
  const needed = readsOf([side]);
  const values = lets.flatMap(({ name, tree }) =>
    tree.kind === "value" && needed.has(name)
      ? [[name, parse(environment, tree.expression.source)] as const]
      : [],
  );
  const read = prepare(side, environment);
  return (event) => {
    const context: Record<string, unknown> = { event, hub };
    for (const [name, evaluate] of values) context[name] = evaluated(evaluate, context);
    return read(context);
  };
};

type Context = Readonly<Record<string, unknown>>;

/** Expressions are parsed once, as anybody would. */
const parse = (environment: Environment, source: string): ParseResult => environment.parse(source);

const prepare = (tree: Tree, environment: Environment): ((context: Context) => unknown) => {
  if (tree.kind === "constant") return () => tree.json;
  if (tree.kind === "value") {
    const evaluate = parse(environment, tree.expression.source);
    return (context) => evaluated(evaluate, context);
  }
  if (tree.kind === "object") {
    const members = tree.members.map(({ key, value }) => [key, prepare(value, environment)] as const);
    return (context) => Object.fromEntries(members.map(([key, read]) => [key, read(context)]));
  }
  if (tree.kind !== "array") throw new Error(`The benchmark's mapping has no ${tree.kind}.`);
  const items = tree.items.map((item) => prepare(item, environment));
  return (context) => items.map((read) => read(context));
};

/** An evaluation that fails for want of a field has no value. */
const evaluated = (evaluate: ParseResult, context: Context): unknown => {
  try {
    return evaluate(context);
  } catch {
    return undefined;
  }
};
