import { imaginedPolicy, imaginedSite } from "../../build/imagined.ts";
import type { ReadSite } from "../../build/site.ts";
import type { Endpoint } from "../../src/endpoint/endpoint.ts";
import type { MappingDetail } from "../api/mappings.ts";
import type { Desk } from "../desk.ts";
import { mappingFile } from "../mapping-file.ts";
import { bySide, type OfSides, samplesOf } from "./samples.ts";

/**
 * A mapping with everything by which the page checks, compiles and tries it: its text is that on disk, whatever mistakes it
 * has at the moment, and schemas are those of the site as it was read last. Throws NotFound.
 */
export const mappingOf = async (desk: Desk, name: string): Promise<MappingDetail> => {
  const { source, path, text, hash, texts } = await mappingFile(desk, name);
  const { files } = desk.site();
  const endpoints = imaginedEndpoints(files);
  const { hub } = files.settings;
  return {
    name: source.name,
    file: path,
    text,
    hash,
    schemas: source.schemas.map(({ version, schema }) => ({ version, schema })),
    hub: { id: hub.id, name: hub.name },
    versions: bySide((side) => endpoints[side].version),
    isPseudonymised: imaginedPolicy(files) === "pseudonymise",
    samples: await samplesOf(desk, {
      source: source.name,
      examples: texts.files.get(`mappings/${source.name}/examples.yml`),
      endpoints,
    }),
  };
};

/** An endpoint of each side, by the site's own settings. */
const imaginedEndpoints = (files: ReadSite): OfSides<Endpoint> => {
  const { endpoints } = imaginedSite(files.sources, files.settings, imaginedPolicy(files));
  return bySide((side) => {
    const found = endpoints.find(({ endpoint }) => endpoint.protocol === side);
    if (found === undefined) throw new Error(`There is no imagined endpoint for ${side}.`);
    return found.endpoint;
  });
};
