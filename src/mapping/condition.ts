import type { Document, Path } from "../document/document.ts";
import type { Problem } from "../document/problem.ts";
import { typeName } from "./complaint.ts";
import type { Constants } from "./emit.ts";
import { environmentFor } from "./environment.ts";
import { compileExpression } from "./expression.ts";

/**
 * Compiles a condition over `learner`, `course`, `session`, `sender`, `hub` and `time`, such as an endpoint's `where`, into the text of a
 * JavaScript function of the scope `s`.
 */
export const compileCondition = (
  document: Document,
  path: Path,
  source: string | undefined,
  constants: Constants,
): string | undefined | readonly Problem[] => {
  if (source === undefined) return undefined;
  const compiled = compileExpression(source, environmentFor(undefined), constants);
  if ("message" in compiled) return [document.problem(path, compiled.message, compiled.offset)];
  if (compiled.type !== "bool" && compiled.type !== "dyn") {
    return [document.problem(path, `This must be true or false, but it is ${typeName(compiled.type)}.`)];
  }
  return `(s) => { const $learner = s.learner, $course = s.course, $session = s.session, $sender = s.sender, $time = s.time; return ${compiled.test}; }`;
};
