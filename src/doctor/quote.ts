import { withoutSecrets } from "../delivery/excerpt.ts";
import type { HttpReply } from "../delivery/exchange.ts";
import { parseJson } from "../event/json.ts";

/** So much of an endpoint's text is looked at, and so much is shown, in characters. */
const LOOKED_AT = 16 * 1024;
const SHOWN = 200;

/** A piece of a secret that is so long, in characters, is not shown either: an answer may quote half of it. */
const PIECE = 4;

/** A user's name or a password that is so short is not shown as a whole; what is shorter is no secret. */
const SHORTEST = 3;

/**
 * The beginning of what an endpoint said, on one line: without the secrets that are given, in whole or in pieces, however
 * they are spaced or capitalised, and without characters that a terminal acts upon. Empty where nothing is left to read.
 */
export const quoted = (text: string, secrets: readonly string[]): string => {
  const visible = text.slice(0, LOOKED_AT).replace(/[^\P{Cc}\s]|\p{Cf}/gu, "");
  const cleaned = withoutPieces(withoutSecrets(visible, secrets), secrets);
  const line = cleaned.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  const letters = [...line];
  return letters.length > SHOWN ? `${letters.slice(0, SHOWN).join("")}…` : line;
};

/**
 * What an endpoint said to a test statement, as a sentence of its own; or nothing, where it is neither JSON nor plain
 * text: then it is a page of something else.
 */
export const itSaid = ({ headers, text }: HttpReply, secrets: readonly string[]): string => {
  const type = headers["content-type"] ?? (/^\s*</.test(text) ? "text/html" : "text/plain");
  if (!/^(text\/plain|application\/([\w.-]+\+)?json)\s*(;|$)/i.test(type)) return "";
  // Written anew, it has no escapes behind which a secret could hide.
  const read = parseJson(text);
  const said = quoted("value" in read ? JSON.stringify(read.value) : text, secrets);
  return said === "" ? "" : ` It said: ${said}`;
};

/** What is passed over where a secret is looked for. */
const BETWEEN = /[\s\\\p{C}\p{Z}]/u;

const withoutPieces = (text: string, secrets: readonly string[]): string => {
  const pieces = new Set(secrets.flatMap(piecesOf));
  const lengths = [...new Set([...pieces].map((piece) => [...piece].length))];
  const letters = [...text];
  const telling = letters.flatMap((letter, at) =>
    BETWEEN.test(letter) ? [] : [{ letter: folded(letter), at }],
  );
  const covered = new Set<number>();
  for (let begin = 0; begin < telling.length; begin++)
    for (const length of lengths) {
      const some = telling.slice(begin, begin + length);
      const [first, last] = [some[0], some.at(-1)];
      if (first === undefined || last === undefined || !pieces.has(some.map(({ letter }) => letter).join("")))
        continue;
      for (let at = first.at; at <= last.at; at++) covered.add(at);
    }
  return letters.map((letter, at) => (covered.has(at) ? (covered.has(at - 1) ? "" : "…") : letter)).join("");
};

/** All that may not be shown of a secret, folded: its pieces, and, where it is short, the whole of it. */
const piecesOf = (secret: string): readonly string[] => {
  const telling = [...secret.replace(SCHEME, "")].filter((letter) => !BETWEEN.test(letter)).map(folded);
  const size = Math.min(PIECE, telling.length);
  if (size < SHORTEST) return [];
  return telling.slice(0, telling.length - size + 1).map((_, at) => telling.slice(at, at + size).join(""));
};

/** Before what proves who we are, this tells nothing. */
const SCHEME = /^(Basic|Bearer) /;

/** A letter as it is compared: one for each, so that letters can be counted. */
const folded = (letter: string): string => [...letter.toLowerCase()][0] ?? letter;
