/**
 * A text in one piece. One that was just put together is a list of its parts until somebody looks at one of its
 * characters; where it is kept, that takes more memory than the text, and more time the later it ends. It may not begin
 * with U+FFFF, as no JSON and no path of pseudonyms does: a look whose result does not count is left out by the engine.
 */
export const wholeText = (text: string): string => (text.charCodeAt(0) === 0xffff ? "" : text);
