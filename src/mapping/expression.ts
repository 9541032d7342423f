import type { ASTNode, Environment } from "@marcbachmann/cel-js";
import { explain, type Misunderstood, noField, noFunction, pathOf } from "./complaint.ts";
import { callable, fieldsOf } from "./environment.ts";

/** An expression that was understood: its JavaScript, its type, and the variables that it reads. */
export interface Compiled {
  readonly code: string;
  readonly type: string;
  readonly reads: ReadonlySet<string>;
}

/** Variables whose value is known when a mapping is compiled, such as `hub`. */
export type Constants = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Checks an expression in its environment and compiles it to JavaScript, which calls the mapping runtime as `r` and
 * the functions as `f`, and reads each variable under its name with a dollar.
 */
export const compileExpression = (
  source: string,
  environment: Environment,
  constants: Constants,
): Compiled | Misunderstood => {
  const checked = environment.check(source);
  if (!checked.valid) return explain(checked.error, environment);
  const reads = new Set<string>();
  try {
    const code = emit(environment.parse(source).ast, { reads, constants, environment });
    return { code, type: checked.type ?? "dyn", reads };
  } catch (error) {
    if (error instanceof NotSupported) return { message: error.message, offset: error.offset };
    throw error;
  }
};

/** The JavaScript name of a mapping's variable. */
export const variable = (name: string): string => `$${name}`;

class NotSupported extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

interface Scope {
  readonly reads: Set<string>;
  readonly constants: Constants;
  readonly environment: Environment;
}

const emit = (node: ASTNode, scope: Scope): string => {
  const each = (inner: ASTNode): string => emit(inner, scope);
  switch (node.op) {
    case "value":
      return literal(node.args, node.start);
    case "id":
      return read(node.args, node.start, scope);
    case ".":
      return field(node.args[0], node.args[1], scope);
    case "[]":
      return `r.get(${each(node.args[0])}, ${each(node.args[1])})`;
    case "list":
      return `r.list(${node.args.map(each).join(", ")})`;
    case "==":
      return `r.equal(${node.args.map(each).join(", ")})`;
    case "!=":
      return `r.not(r.equal(${node.args.map(each).join(", ")}))`;
    case "<":
      return `r.less(${node.args.map(each).join(", ")})`;
    case "<=":
      return `r.lessOrEqual(${node.args.map(each).join(", ")})`;
    case ">":
      return `r.less(${node.args.map(each).reverse().join(", ")})`;
    case ">=":
      return `r.lessOrEqual(${node.args.map(each).reverse().join(", ")})`;
    case "+":
      return `r.add(${node.args.map(each).join(", ")})`;
    case "-":
      return `r.subtract(${node.args.map(each).join(", ")})`;
    case "-_":
      return `r.subtract(0, ${each(node.args)})`;
    case "!_":
      return `r.not(${each(node.args)})`;
    case "&&":
      return `r.and(${node.args.map(each).join(", ")})`;
    case "||":
      return `r.or(${node.args.map(each).join(", ")})`;
    case "in":
      return `r.within(${node.args.map(each).join(", ")})`;
    case "?:":
      return `r.choose(${node.args.map(each).join(", ")})`;
    case "call":
      if (node.args[0] === "has") refuseUnknown(node.args[1][0], scope.environment);
      return call(callable.functions, node.args[0], node.args[1].map(each), node.start);
    case "rcall":
      return call(callable.methods, node.args[0], [node.args[1], ...node.args[2]].map(each), node.start);
    default:
      throw new NotSupported(`Mappings have no operator "${node.op}".`, node.start);
  }
};

const read = (name: string, offset: number, scope: Scope): string => {
  const known = Object.hasOwn(scope.constants, name) ? scope.constants[name] : undefined;
  if (known !== undefined) return `(${JSON.stringify(known)})`;
  // CEL has its types as variables, which have no value here.
  const { variables } = scope.environment.getDefinitions();
  if (variables.some((each) => each.name === name && each.type === "type")) {
    throw new NotSupported(`"${name}" is the name of a type; a value is needed here.`, offset);
  }
  scope.reads.add(name);
  return variable(name);
};

/** CEL's own check takes any name within `has`, which would then be false for ever. */
const refuseUnknown = (access: ASTNode | undefined, environment: Environment): void => {
  if (access?.op !== ".") return;
  const [of, name] = access.args;
  const fields = fieldsOf(environment, pathOf(of));
  if (fields !== undefined && !fields.includes(name))
    throw new NotSupported(noField(name, access, environment), access.pos);
};

/** A field of a variable. An event's own fields are read directly where no object inherits one of that name. */
const field = (of: ASTNode, name: string, scope: Scope): string => {
  if (of.op === "id") {
    const known = scope.constants[of.args]?.[name];
    if (known !== undefined) return JSON.stringify(known);
    if (of.args === "event" && /^[A-Za-z_]\w*$/.test(name) && !(name in Object.prototype)) {
      scope.reads.add("event");
      return `${variable("event")}.${name}`;
    }
  }
  return `r.get(${emit(of, scope)}, ${JSON.stringify(name)})`;
};

const literal = (value: unknown, offset: number): string => {
  if (typeof value === "bigint") {
    if (Number.isSafeInteger(Number(value))) return String(value);
    throw new NotSupported("A whole number has at most 15 digits here.", offset);
  }
  if (
    value === null ||
    typeof value === "string" ||
    typeof value === "number" ||
    typeof value === "boolean"
  ) {
    return JSON.stringify(value);
  }
  throw new NotSupported(
    "Mappings have texts, numbers, booleans and null; no bytes and no unsigned numbers.",
    offset,
  );
};

const call = (known: ReadonlySet<string>, name: string, args: readonly string[], offset: number): string => {
  if (known.has(name)) return `f.${name}(${args.join(", ")})`;
  throw new NotSupported(noFunction(name, known), offset);
};
