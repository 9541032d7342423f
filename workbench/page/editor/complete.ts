import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  snippetCompletion,
} from "@codemirror/autocomplete";
import type { JsonObject } from "../../../src/event/json.ts";
import type { Choice } from "./choice.ts";
import { choicesAt } from "./choices.ts";

/** Completes what is being written in a mapping; `event` are the versions of its event's schema. */
export const completions =
  (event: readonly JsonObject[]) =>
  ({ state, pos, explicit }: CompletionContext): CompletionResult | null => {
    const text = state.doc.toString();
    const found = choicesAt(text, pos, event);
    if (found === undefined) return null;
    // Unasked, only where a word is begun, or is sure to come: behind a dot, a quote or a key.
    if (!explicit && !/(?:[\w."'-]|: )$/.test(text.slice(Math.max(0, pos - 2), pos))) return null;
    const isCalled = text[pos] === "(";
    return {
      from: found.from,
      options: found.choices.map((each) => completion(each, found.isNewKey, isCalled)),
      validFor: /^[\w@./-]*$/,
    };
  };

const completion = (choice: Choice, isNewKey: boolean, isCalled: boolean): Completion => {
  const { label, kind, detail, info } = choice;
  const shown: Completion = {
    label,
    type: kind,
    boost: BOOSTS[kind],
    ...(detail !== undefined && { detail }),
    ...(info !== undefined && { info }),
  };
  if (kind === "function" && !isCalled) return snippetCompletion(`${label}(#{})`, shown);
  return kind === "key" && isNewKey ? { ...shown, apply: `${label}: ` } : shown;
};

/** What an event says comes before what can be made of it. */
const BOOSTS: Readonly<Record<Choice["kind"], number>> = {
  key: 0,
  field: 2,
  variable: 1,
  function: 0,
  word: -1,
};
