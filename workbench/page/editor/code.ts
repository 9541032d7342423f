import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yamlLanguage } from "@codemirror/lang-yaml";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import {
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import type { Problem } from "../../../src/document/problem.ts";
import type { JsonObject } from "../../../src/event/json.ts";
import { completions } from "./complete.ts";
import { highlighting } from "./highlight.ts";
import { look } from "./look.ts";
import { rangeOf } from "./ranges.ts";

/** A mapping's text in an editor. */
export interface Code {
  /** Where it is shown. */
  readonly dom: HTMLElement;
  text(): string;
  /** Takes another text; it can be undone. */
  replace(text: string): void;
  /** Shows what is wrong with the text at its place. */
  complain(problems: readonly Problem[]): void;
  /** Leads to a place, which both count from 1. */
  goTo(line: number, column: number): void;
  end(): void;
}

export interface CodeParts {
  readonly text: string;
  /** Each version of the event's schema. */
  readonly schemas: readonly JsonObject[];
  readonly onChange: () => void;
  readonly onSave: () => void;
}

/**
 * An editor in a shadow root: there alone CodeMirror makes its style sheets in a way that a strict policy for styles allows.
 * It takes the page's colours all the same.
 */
export const codeEditor = ({ text, schemas, onChange, onSave }: CodeParts): Code => {
  const dom = document.createElement("div");
  dom.className = "code";
  const root = dom.attachShadow({ mode: "open" });
  // The editor itself knows one kind of line only.
  const ending = text.includes("\r\n") ? "\r\n" : "\n";
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        lintGutter(),
        history(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        indentOnInput(),
        indentUnit.of("  "),
        bracketMatching(),
        closeBrackets(),
        yamlLanguage,
        yamlLanguage.data.of({ closeBrackets: { brackets: ["(", "[", "{"] } }),
        autocompletion({
          override: [completions(schemas)],
          icons: false,
          activateOnCompletion: ({ type }) => type === "key",
        }),
        highlighting(),
        look,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": LABEL, tabindex: "0" }),
        EditorView.updateListener.of(({ docChanged }) => {
          if (docChanged) onChange();
        }),
        keymap.of([
          { key: "Mod-s", run: saving(onSave), preventDefault: true },
          ...closeBracketsKeymap,
          ...completionKeymap,
          ...lintKeymap,
          ...historyKeymap,
          ...defaultKeymap,
        ]),
      ],
    }),
  });
  return {
    dom,
    text: () => view.state.doc.sliceString(0, undefined, ending),
    replace: (other) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: other } }),
    complain: (problems) => {
      const shown = problems.map((problem) => ({
        ...rangeOf(view.state.doc, problem),
        severity: "error" as const,
        message: problem.message,
      }));
      view.dispatch(setDiagnostics(view.state, shown));
    },
    goTo: (line, column) => {
      const { from, to } = rangeOf(view.state.doc, { line, column });
      view.dispatch({
        selection: { anchor: from, head: to },
        effects: EditorView.scrollIntoView(from, { y: "center" }),
      });
      view.focus();
    },
    end: () => view.destroy(),
  };
};

const LABEL = "The mapping, in YAML. Tab leads out of the editor; Control and space offer what fits.";

const saving = (onSave: () => void) => (): boolean => {
  onSave();
  return true;
};
