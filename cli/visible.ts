/** Whatever a terminal acts upon instead of showing it, turns around, or hides. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;

/**
 * Text that somebody else wrote, as a terminal may show it: control characters, escape sequences and marks of direction
 * are written out, as JSON writes them. Of JSON text, the values stay the same.
 */
export const visible = (text: string): string =>
  text.replace(HIDDEN, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`,
    ).join(""),
  );

/** JSON of a value over several lines, as a terminal may show it. */
export const visibleJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).split("\n").map(visible).join("\n");

/** The beginning of such a text on one line, at most so many characters of it. */
export const excerpt = (text: string, most: number): string => {
  const line = text.replace(/\s+/g, " ").trim();
  const characters = [...line.slice(0, 2 * most)];
  return visible(line.length > most ? `${characters.slice(0, most).join("")}…` : line);
};
