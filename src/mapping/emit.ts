import { type ASTNode, type Environment, serialize } from "@marcbachmann/cel-js";
import { didYouMean } from "../document/problem.ts";
import { noField, noFunction, pathOf, wrongCall } from "./complaint.ts";
import { callable, fieldsOf } from "./environment.ts";

/** Variables whose value is known when a mapping is compiled, such as `hub`. */
export type Constants = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The JavaScript name of a mapping's variable. */
export const variable = (name: string): string => `$${name}`;

/** Thrown where CEL has something that mappings have not; `offset` counts characters into the expression. */
export class NotSupported extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** The name of a variable's reading with pseudonyms in the places of what is personal; no mapping can name one so. */
export const shownName = (name: string): string => `$${name}`;

/** What is known while an expression is written as JavaScript, and what is found out. */
interface Scope {
  readonly reads: Set<string>;
  readonly fields: Set<string>;
  readonly constants: Constants;
  readonly environment: Environment;
  /** Gathers what reads a list at a position that is worked out. */
  readonly lists: Set<ASTNode>;
  /** Where it is so, what goes out is read with pseudonyms, and what only asks as it is. */
  readonly shown?: true;
}

/** JavaScript that gives an expression's value, or undefined where it has none. */
export const emit = (node: ASTNode, outer: Scope): string => {
  const { shown: _, ...plain } = outer;
  const scope = isAsking(node) ? plain : outer;
  const each = (inner: ASTNode): string => emit(inner, scope);
  switch (node.op) {
    case "value":
      return literal(node.args, node.start);
    case "id":
      return read(node.args, node.start, scope);
    case ".":
      return field(node.args[0], node.args[1], node.pos, scope);
    case "[]":
      if (node.args[1].op === "value")
        refuseEntry(node.args[0], String(node.args[1].args), node.start, scope);
      else if (isList(node.args[0], scope.environment)) scope.lists.add(node);
      return `r.get(${each(node.args[0])}, ${emit(node.args[1], plain)})`;
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
      return `r.choose(${emit(node.args[0], plain)}, ${each(node.args[1])}, ${each(node.args[2])})`;
    case "call":
      if (node.args[0] === "has") refuseUnknown(node.args[1][0], scope.environment);
      refuseKinds(node.args[0], node.args[1], scope.environment, node.start);
      return call(callable.functions, node.args[0], node.args[1].map(each), node.start);
    case "rcall":
      return call(callable.methods, node.args[0], [node.args[1], ...node.args[2]].map(each), node.start);
    default:
      throw new NotSupported(
        node.op === "map"
          ? "Mappings have no maps in expressions; write the object as YAML, or a table under lookup."
          : `Mappings have no operator "${node.op}".`,
        node.start,
      );
  }
};

/** Whether nothing of what a node reads is in its value: it is an answer, a number of elements, or a name made of it. */
const isAsking = (node: ASTNode): boolean => {
  if (node.op === "call" || node.op === "rcall") return ASKING.has(node.args[0]);
  return ANSWERS.has(node.op);
};

const ASKING: ReadonlySet<string> = new Set([
  "has",
  "size",
  "startsWith",
  "endsWith",
  "contains",
  "pseudonym",
]);

const ANSWERS: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">=", "!_", "&&", "||", "in"]);

/**
 * JavaScript that gives true where an expression is true, and false where it is false or has no value: conditions need
 * no third outcome, and what decides them first saves the rest.
 */
export const emitTest = (node: ASTNode, scope: Scope): string => {
  if (node.op === "&&") return `(${node.args.map((each) => emitTest(each, scope)).join(" && ")})`;
  if (node.op === "||") return `(${node.args.map((each) => emitTest(each, scope)).join(" || ")})`;
  if (node.op === "==") {
    const [left, right] = node.args;
    if (isPrimitive(right)) return `(${emit(left, scope)} === ${emit(right, scope)})`;
    if (isPrimitive(left)) return `(${emit(left, scope)} === ${emit(right, scope)})`;
  }
  return `(${emit(node, scope)} === true)`;
};

const isPrimitive = (node: ASTNode): boolean => node.op === "value" && node.args !== null;

const isList = (node: ASTNode, environment: Environment): boolean =>
  /^list\b/.test(environment.check(serialize(node)).type ?? "");

const read = (name: string, offset: number, scope: Scope): string => {
  const known = Object.hasOwn(scope.constants, name) ? scope.constants[name] : undefined;
  if (known !== undefined) return `(${JSON.stringify(known)})`;
  // CEL has its types as variables, which have no value here.
  const { variables } = scope.environment.getDefinitions();
  if (variables.some((each) => each.name === name && each.type === "type")) {
    throw new NotSupported(`"${name}" is the name of a type; a value is needed here.`, offset);
  }
  return readVariable(name, scope);
};

const readVariable = (name: string, { reads, shown }: Scope): string => {
  const read = shown === true && !KNOWN_WITHOUT.has(name) ? shownName(name) : name;
  reads.add(read);
  return variable(read);
};

/** Variables that hold nothing of an event. */
const KNOWN_WITHOUT: ReadonlySet<string> = new Set([
  "learner",
  "course",
  "session",
  "sender",
  "hub",
  "time",
  "lookup",
]);

/** CEL's own check takes any name within `has`, which would then be false for ever. */
const refuseUnknown = (access: ASTNode | undefined, environment: Environment): void => {
  if (access?.op !== ".") return;
  const [of, name] = access.args;
  const fields = fieldsOf(environment, pathOf(of));
  if (fields !== undefined && !fields.includes(name))
    throw new NotSupported(noField(name, access, environment), access.pos);
};

/** CEL takes any kind of value for the parts of an IRI, and has a `duration` of a text of its own. */
const refuseKinds = (
  name: string,
  args: readonly ASTNode[],
  environment: Environment,
  offset: number,
): void => {
  const types = args.map((each) => environment.check(serialize(each)).type ?? "dyn");
  if (
    (name === "iri" && types.some((type) => !WRITABLE.has(type))) ||
    (name === "duration" && types.length === 1 && !NUMBERS.has(String(types[0])))
  )
    throw new NotSupported(wrongCall(name, types), offset);
};

const WRITABLE: ReadonlySet<string> = new Set(["string", "int", "double", "bool", "dyn"]);

const NUMBERS: ReadonlySet<string> = new Set(["int", "double", "dyn"]);

/** CEL's own check takes any key of a table, whose value would then be absent for ever. */
const refuseEntry = (of: ASTNode, key: string, offset: number, { environment }: Scope): void => {
  const path = pathOf(of);
  const keys = path[0] === "lookup" && path.length === 2 ? fieldsOf(environment, path) : undefined;
  if (keys !== undefined && !keys.includes(key))
    throw new NotSupported(`There is no entry "${key}" in ${path.join(".")}${didYouMean(key, keys)}`, offset);
};

/** A field. An event's own fields are read directly where no object inherits one of that name. */
const field = (of: ASTNode, name: string, offset: number, scope: Scope): string => {
  const path = [...pathOf(of), name];
  refuseEntry(of, name, offset, scope);
  if (path.length > 1) scope.fields.add(path.join("."));
  if (of.op === "id") {
    const known = constantOf(scope.constants, of.args, name);
    if (known !== undefined) return JSON.stringify(known);
    if (of.args === "event" && /^[A-Za-z_]\w*$/.test(name) && !(name in Object.prototype))
      return `${readVariable("event", scope)}.${name}`;
  }
  return `r.get(${emit(of, scope)}, ${JSON.stringify(name)})`;
};

/** A constant by its variable and its field, whatever names objects inherit. */
export const constantOf = (constants: Constants, name: string, field: string): string | undefined => {
  const fields = Object.hasOwn(constants, name) ? constants[name] : undefined;
  return fields !== undefined && Object.hasOwn(fields, field) ? fields[field] : undefined;
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
  // Only the endpoint knows under which name it knows somebody.
  if (name === "pseudonym") return `s.pseudonym(${args.join(", ")})`;
  if (known.has(name)) return `f.${name}(${args.join(", ")})`;
  throw new NotSupported(noFunction(name, known), offset);
};
