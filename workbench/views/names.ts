import type { EndpointName } from "../api/about.ts";
import type { Desk } from "../desk.ts";

/** The site's endpoints, in their order, as a page calls them. */
export const endpointNames = (desk: Pick<Desk, "site">): readonly EndpointName[] =>
  desk.site().files.endpoints.map(({ endpoint: { name, title, protocol, version } }) => ({
    name,
    title,
    protocol,
    version,
  }));

/** The title of a mapping, by its folder; the folder's own name where it is no more among the files. */
export const titleOf = (desk: Pick<Desk, "site">, source: string): string =>
  desk.site().files.sources.find(({ name }) => name === source)?.written.title ?? source;
