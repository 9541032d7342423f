import { isDayFile } from "../../src/archive/layout.ts";
import { rowsOf } from "../support/tables.ts";
import { linesIn, textOf } from "./support.ts";

/** Every line of the archive, also where some of it lies in tables: events come with their day, wherever in it they are. */
export const everyLine = async (objects: ReadonlyMap<string, Uint8Array>): Promise<readonly string[]> => {
  const lines = linesIn(objects).map((line) => line.replace(/^(raw\/dt=[\d-]+)\/hour=\d\d /, "$1 "));
  for (const [key, body] of objects)
    if (isDayFile(key))
      for (const { text } of await rowsOf(body))
        lines.push(`${key.slice(0, key.indexOf("/source="))} ${text}`);
  return lines;
};

/** What an object says, whatever it is, with its key. */
export const wordsIn = async ([key, body]: readonly [string, Uint8Array]): Promise<string> => {
  const text = isDayFile(key)
    ? (await rowsOf(body)).map((row) => Object.values(row).join(" ")).join("\n") +
      Buffer.from(body).toString("latin1")
    : key.endsWith(".gz")
      ? textOf(body)
      : Buffer.from(body).toString("utf8");
  return `${key} ${text}`;
};
