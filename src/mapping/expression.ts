import type { ASTNode, Environment } from "@marcbachmann/cel-js";
import { explain, type Misunderstood } from "./complaint.ts";
import { type Constants, emit, emitTest, NotSupported } from "./emit.ts";

/** An expression that was understood. */
export interface Expression {
  /** As it is written in the file. */
  readonly source: string;
  readonly node: ASTNode;
  /** CEL's name of its type. */
  readonly type: string;
  /** JavaScript that gives its value, or undefined where it has none. */
  readonly code: string;
  /** JavaScript that gives true where its value is true, and false in every other case. */
  readonly test: string;
  /** The same where what is personal must not go out: it is read as a pseudonym, but for what only asks. */
  readonly shown: ShownCode;
  /** The variables that it reads. */
  readonly reads: ReadonlySet<string>;
  /** The fields of variables that it reads, such as `event.path`. */
  readonly fields: ReadonlySet<string>;
  /** The parts of it that read a list at a position which is worked out: where they are not, it may be an object. */
  readonly lists: ReadonlySet<ASTNode>;
}

export interface ShownCode {
  readonly code: string;
  /** The variables that it reads, those with pseudonyms under their `shownName`. */
  readonly reads: ReadonlySet<string>;
}

/**
 * Checks an expression in its environment and compiles it to JavaScript, which calls the mapping runtime as `r` and
 * the functions as `f`, reads the scope as `s`, and each variable under its name with a dollar.
 */
export const compileExpression = (
  source: string,
  environment: Environment,
  constants: Constants,
): Expression | Misunderstood => {
  const checked = environment.check(source);
  if (!checked.valid) return explain(checked.error, environment, source);
  const reads = new Set<string>();
  const fields = new Set<string>();
  const lists = new Set<ASTNode>();
  const scope = { reads, fields, lists, constants, environment };
  const node = environment.parse(source).ast;
  try {
    const code = emit(node, scope);
    return {
      source: source.trim(),
      node,
      type: checked.type ?? "dyn",
      code,
      shown: showing(node, scope),
      test: emitTest(node, scope),
      reads,
      fields,
      lists,
    };
  } catch (error) {
    if (error instanceof NotSupported) return { message: error.message, offset: error.offset };
    throw error;
  }
};

const showing = (node: ASTNode, scope: Parameters<typeof emit>[1]): ShownCode => {
  const reads = new Set<string>();
  return { code: emit(node, { ...scope, reads, shown: true }), reads };
};
