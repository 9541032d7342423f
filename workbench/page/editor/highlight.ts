import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { type Extension, RangeSetBuilder, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { type Token, tokensOf } from "./cel.ts";
import { expressionsIn } from "./expressions.ts";
import { outlineOf } from "./outline.ts";

/** Colours of YAML, and within it of expressions. */
export const highlighting = (): Extension => [
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: [tags.definition(tags.propertyName), tags.propertyName], color: "var(--link)" },
      { tag: [tags.comment, tags.lineComment], color: "var(--soft)", fontStyle: "italic" },
      { tag: [tags.string, tags.content], color: "var(--ink)" },
      { tag: [tags.separator, tags.punctuation, tags.squareBracket, tags.brace], color: "var(--soft)" },
    ]),
  ),
  StateField.define<DecorationSet>({
    create: ({ doc }) => decorated(doc.toString()),
    update: (shown, { docChanged, newDoc }) => (docChanged ? decorated(newDoc.toString()) : shown),
    provide: (field) => EditorView.decorations.from(field),
  }),
];

/** A text of which so much is written is no mapping: it is shown without colours. */
const LONGEST = 200_000;

const decorated = (text: string): DecorationSet => {
  const builder = new RangeSetBuilder<Decoration>();
  if (text.length > LONGEST) return builder.finish();
  for (const { source, at } of expressionsIn(text, outlineOf(text))) {
    const [from = 0, to = from] = [at[0], at.at(-1)];
    if (from < to) builder.add(from, to, EXPRESSION);
    for (const token of tokensOf(source)) {
      const [begin = from, end = begin] = [at[token.from], at[token.to]];
      if (begin < end) builder.add(begin, end, MARKS[token.kind]);
    }
  }
  return builder.finish();
};

const EXPRESSION = Decoration.mark({ class: "cel" });

const mark = (kind: Token["kind"]): Decoration => Decoration.mark({ class: `cel-${kind}` });

const MARKS: Readonly<Record<Token["kind"], Decoration>> = {
  variable: mark("variable"),
  field: mark("field"),
  function: mark("function"),
  text: mark("text"),
  number: mark("number"),
  word: mark("word"),
  sign: mark("sign"),
};
