import { EditorView } from "@codemirror/view";

/** How the editor looks, in light and dark: its colours are the page's own. */
export const look = EditorView.theme({
  "&": { backgroundColor: "var(--paper)", color: "var(--ink)", fontSize: "0.9rem", height: "100%" },
  "&.cm-focused": { outline: "3px solid var(--link)", outlineOffset: "-1px" },
  ".cm-scroller": { fontFamily: "var(--code)", lineHeight: "1.55", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)", padding: "0.5rem 0" },
  ".cm-line": { padding: "0 0.75rem 0 0.5rem" },
  ".cm-gutters": {
    backgroundColor: "var(--shade)",
    color: "var(--soft)",
    borderRight: "1px solid var(--line)",
  },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--shade) 55%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--ink)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--glow)", outline: "none" },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "var(--bad-shade)", color: "var(--bad)" },
  ".cm-tooltip": {
    backgroundColor: "var(--paper)",
    color: "var(--ink)",
    border: "1px solid var(--edge)",
    borderRadius: "0.3rem",
    maxWidth: "min(36rem, 92vw)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--code)", maxHeight: "14rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.15rem 0.6rem", lineHeight: "1.5" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    backgroundColor: "var(--link)",
    color: "var(--on-link)",
  },
  ".cm-completionLabel": { fontSize: "0.9rem" },
  ".cm-completionDetail": { color: "var(--soft)", fontStyle: "normal", fontFamily: "system-ui, sans-serif" },
  "li[aria-selected] .cm-completionDetail": { color: "inherit" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-tooltip.cm-completionInfo": {
    padding: "0.4rem 0.7rem",
    fontFamily: "system-ui, sans-serif",
    whiteSpace: "pre-line",
  },
  ".cm-diagnostic": { padding: "0.4rem 0.7rem", fontFamily: "system-ui, sans-serif" },
  ".cm-diagnostic-error": { borderLeft: "0.3rem solid var(--bad)" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--bad)",
    textUnderlineOffset: "0.2em",
  },
  ".cm-lintPoint-error::after": { borderBottomColor: "var(--bad)" },
  // By a letter: the images that CodeMirror has for these are no files of this page.
  ".cm-lint-marker-error": { content: "none" },
  ".cm-lint-marker-error::before": { content: '"✗"', color: "var(--bad)", fontWeight: "700" },
  ".cm-panels": { backgroundColor: "var(--shade)", color: "var(--ink)" },
  ".cm-panels.cm-panels-bottom": { borderTop: "1px solid var(--edge)" },
  ".cm-panel.cm-panel-lint ul": { maxHeight: "8rem" },
  ".cm-panel.cm-panel-lint ul [aria-selected]": { backgroundColor: "var(--bad-shade)", color: "var(--ink)" },
  ".cm-panel.cm-panel-lint ul:focus [aria-selected]": {
    backgroundColor: "var(--link)",
    color: "var(--on-link)",
  },
  ".cm-panel.cm-panel-lint button": { color: "var(--ink)", fontSize: "1.2rem", padding: "0 0.4rem" },
  ".cel": { backgroundColor: "color-mix(in srgb, var(--shade) 75%, transparent)" },
  ".cel-variable, .cel-variable *": { color: "var(--good)" },
  ".cel-field, .cel-field *": { color: "var(--ink)" },
  ".cel-function, .cel-function *": { color: "var(--link)", fontWeight: "600" },
  ".cel-text, .cel-text *": { color: "var(--wait)" },
  ".cel-number, .cel-number *, .cel-word, .cel-word *": { color: "var(--bad)" },
  ".cel-sign, .cel-sign *": { color: "var(--soft)" },
  // Where the system's own colours are forced upon the page, there are no backgrounds but these.
  "@media (forced-colors: active)": {
    ".cm-activeLine": { outline: "1px dotted CanvasText", outlineOffset: "-1px" },
    ".cm-tooltip-autocomplete ul li[aria-selected], .cm-panel.cm-panel-lint ul [aria-selected]": {
      forcedColorAdjust: "none",
      backgroundColor: "Highlight",
      color: "HighlightText",
    },
  },
});
