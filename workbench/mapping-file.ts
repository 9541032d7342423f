import { hash } from "node:crypto";
import { readFiles, type Texts } from "../build/files.ts";
import type { Source } from "../build/site.ts";
import type { Desk } from "./desk.ts";
import { NotFound } from "./trouble.ts";

/** A mapping of the site, with its file as it is on disk now: it may have mistakes, and so may others. */
export interface MappingFile {
  readonly source: Source;
  /** Below the site's folder. */
  readonly path: string;
  readonly text: string;
  readonly hash: string;
  /** All files of the folder. */
  readonly texts: Texts;
}

/** Reads the file of a mapping. Throws NotFound where the site has none of this name: no other file is ever looked for. */
export const mappingFile = async (
  { folder, site }: Pick<Desk, "folder" | "site">,
  name: string,
): Promise<MappingFile> => {
  const source = site().files.sources.find((each) => each.name === name);
  if (source === undefined) throw new NotFound("The site has no mapping of this name.");
  const path = `mappings/${source.name}/mapping.yml`;
  const texts = await readFiles(folder);
  const text = texts.files.get(path);
  if (text === undefined) throw new NotFound(`${path} is gone. Put it back, or remove its folder.`);
  return { source, path, text, hash: textHash(text), texts };
};

/** What a text is told from others by: the first 16 digits of its SHA-256. */
export const textHash = (text: string): string => hash("sha256", text).slice(0, 16);
