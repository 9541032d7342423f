/** What the build makes of translator.yml, endpoints/ and mappings/ (build/code.ts). */
declare module "compiled-site" {
  export const site: import("../src/site.ts").Site;
}

/** The part of it that delivery needs: no schemas, no mappings. */
declare module "compiled-site/endpoints" {
  export const settings: import("../src/settings.ts").Settings;
  export const endpoints: readonly import("../src/endpoint/endpoint.ts").Endpoint[];
}

/** What learners are told of it: no code at all. */
declare module "compiled-site/collected" {
  export const collected: import("../src/page/collected.ts").Collected;
}

/** The typed columns of events in the archive's tables, by the mapping's folder. */
declare module "compiled-site/columns" {
  export const columns: Readonly<Record<string, readonly import("../src/archive/day-file.ts").EventColumn[]>>;
}
