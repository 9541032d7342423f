import { complain, type Place, start, within, type XapiProblem, type XapiVersion } from "./problem.ts";

/**
 * Checks the headers of a request that stores statements as JSON: X-Experience-API-Version with the version (xAPI
 * 1.0.3 Part Three, 3.3), and Content-Type with application/json (1.5) in UTF-8 (1.4). Names may be in any case.
 */
export const checkHeaders = (
  headers: Readonly<Record<string, unknown>>,
  version: XapiVersion,
): readonly XapiProblem[] => {
  const place = start(version);
  const given = only(headers, "X-Experience-API-Version", "versioning", place);
  if (given !== undefined && given.value !== version)
    complain(given.place, "version-header", "versioning", `This header is ${version} for this endpoint.`);
  const type = only(headers, "Content-Type", "contentTypes", place);
  if (type !== undefined && !(typeof type.value === "string" && JSON_TYPE.test(type.value)))
    complain(
      type.place,
      "content-type-header",
      "contentTypes",
      "This header is application/json; the only character set is utf-8.",
    );
  return place.found;
};

const JSON_TYPE = /^application\/json(?:[ \t]*;[ \t]*charset=(?:utf-8|"utf-8"))?[ \t]*$/i;

/** The one header of a name, with its place. */
const only = (
  headers: Readonly<Record<string, unknown>>,
  name: string,
  topic: "versioning" | "contentTypes",
  place: Place,
): { readonly value: unknown; readonly place: Place } | undefined => {
  const same = Object.entries(headers ?? {}).filter(
    ([key, value]) => key.toLowerCase() === name.toLowerCase() && value !== undefined,
  );
  const [first] = same;
  if (first === undefined) complain(place, "missing-header", topic, `The request needs the header ${name}.`);
  if (same.length > 1) complain(place, "repeated-header", topic, `The header ${name} is sent once.`);
  return first && { value: first[1], place: within(place, first[0]) };
};
