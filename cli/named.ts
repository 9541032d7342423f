import { isAbsolute, relative } from "node:path";
import { didYouMean } from "../src/document/problem.ts";
import { Misuse } from "../src/misuse.ts";

/** The name of a mapping, from its name, its folder or its file: `mappings/jupyter-server/contents/mapping.yml`. */
export const mappingName = (written: string): string =>
  (isAbsolute(written) ? relative(process.cwd(), written) : written)
    .replaceAll("\\", "/")
    .replace(/^(\.\/)+/, "")
    .replace(/^mappings(\/|$)/, "")
    .replace(/\/?(mapping|examples|schema\.v[^/]*)\.yml$/, "")
    .replace(/\/$/, "");

/** Those mappings that a name or folder means, itself or what is below it; all of them for no names. Throws Misuse. */
export const pickMappings = <T extends { readonly name: string }>(
  known: readonly T[],
  written: readonly string[],
): readonly T[] => {
  if (written.length === 0) return known;
  const picked = written.flatMap((each) => {
    const name = mappingName(each);
    const meant = known.filter((one) => name === "" || one.name === name || one.name.startsWith(`${name}/`));
    if (meant.length > 0) return meant;
    const names = known.map((one) => one.name);
    throw new Misuse(
      `There is no mapping "${each}"${didYouMean(name, names)} There are ${names.join(", ")}.`,
    );
  });
  return known.filter((each) => picked.includes(each));
};
