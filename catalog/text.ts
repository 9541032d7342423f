/** A page as headings, paragraphs, lists and tables, which each form of the catalog writes in its own way. */
export type Block =
  | { readonly kind: "heading"; readonly level: 1 | 2 | 3; readonly text: Text; readonly id: string }
  | { readonly kind: "paragraph"; readonly text: Text }
  | { readonly kind: "list"; readonly items: readonly Text[] }
  | {
      readonly kind: "table";
      readonly caption: Text;
      readonly head: readonly Text[];
      /** The first cell of a row is its header. */
      readonly rows: readonly (readonly Text[])[];
    };

/** A text in pieces. What stands in a piece is text only: it may come from a file that somebody else wrote. */
export type Text = readonly Piece[];

export type Piece = string | { readonly code: string } | { readonly strong: string };

export const heading = (level: 1 | 2 | 3, text: string, id: string): Block => ({
  kind: "heading",
  level,
  text: [text],
  id,
});

export const paragraph = (...text: Text): Block => ({ kind: "paragraph", text });

export const list = (items: readonly Text[]): Block => ({ kind: "list", items });

export const code = (text: string): Piece => ({ code: text });

export const strong = (text: string): Piece => ({ strong: text });

/** Texts one after another, with something between them. */
export const joinText = (texts: readonly Text[], between: string): Text =>
  texts.flatMap((text, at) => (at === 0 ? text : [between, ...text]));

/** Names as `a`, `b`, `c`. */
export const codes = (names: readonly string[]): Text =>
  joinText(
    names.map((name) => [code(name)]),
    ", ",
  );

/**
 * A text from a file on one line, without what a reader cannot see: control characters, and those that turn the
 * direction of writing round.
 */
export const plain = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
    .replace(/\p{Cf}/gu, "")
    .trim();
