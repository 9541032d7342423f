import type { ASTNode } from "@marcbachmann/cel-js";
import { VOCABULARY } from "../caliper/vocabulary.ts";
import { isIri } from "../document/iri.ts";
import { pathOf } from "./complaint.ts";

/** The variables of every mapping that hold an IRI. */
const IRIS: ReadonlySet<string> = new Set(["hub.id", "hub.files", "learner.id", "session.id"]);

/** What is known of names: which fields of the event hold IRIs by their schema, and what a `let` means. */
interface Known {
  isIriField(path: string): boolean;
  meaning(name: string): ASTNode | undefined;
}

/** Whether an expression gives an IRI whenever it has a value. */
export const givesIri = (node: ASTNode, known: Known): boolean => {
  const gives = (each: ASTNode): boolean => givesIri(each, known);
  switch (node.op) {
    case "value":
      return typeof node.args === "string" && isIri(node.args);
    case "id": {
      const meaning = known.meaning(node.args);
      return meaning !== undefined && gives(meaning);
    }
    case ".": {
      const path = pathOf(node).join(".");
      return IRIS.has(path) || known.isIriField(path);
    }
    case "?:":
      return gives(node.args[1]) && gives(node.args[2]);
    case "call": {
      const [name, [base]] = node.args;
      return name === "iri" && base !== undefined && gives(base);
    }
    case "rcall": {
      const [name, of, [other]] = node.args;
      return name === "orElse" && gives(of) && other !== undefined && gives(other);
    }
    default:
      return false;
  }
};

/**
 * Whether an expression gives a text of characters that JSON does not escape: what `iri` gives on a base like that. On
 * the base of Caliper's own types, whose IRIs mean something else, it must be looked at when it runs.
 */
export const givesPlainText = (
  node: ASTNode,
  {
    meaning,
    constant,
  }: { meaning(name: string): ASTNode | undefined; constant(path: string): string | undefined },
): boolean => {
  if (node.op === "id") {
    const known = meaning(node.args);
    return known !== undefined && givesPlainText(known, { meaning, constant });
  }
  if (node.op !== "call" || node.args[0] !== "iri") return false;
  const [base] = node.args[1];
  const text = base?.op === "value" ? base.args : base && constant(pathOf(base).join("."));
  return typeof text === "string" && !text.startsWith(CALIPER) && PLAIN.test(text);
};

const PLAIN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
const CALIPER = new URL(VOCABULARY).origin;
