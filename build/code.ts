import { takes } from "../src/endpoint/select.ts";
import { personalInAny } from "../src/event/personal.ts";
import { validatorsCode } from "../src/event/schema.ts";
import { compileMapping, compileRules } from "../src/mapping/compile.ts";
import { rulesOnly } from "./rules-only.ts";
import type { SiteFiles } from "./site.ts";

/** The modules that a site is compiled to; the functions import them by name. */
export interface SiteCode {
  readonly "compiled-site": string;
  readonly "compiled-site/endpoints": string;
  /** CommonJS, as ajv writes it. */
  readonly "compiled-site/validators": string;
}

/** Compiles a site into JavaScript that holds no interpreter and evaluates no text as code. */
export const siteCode = (site: SiteFiles): SiteCode => {
  const schemas = site.sources.flatMap(({ name, ids, schemas: versions }) =>
    versions.map((file) => ({ source: name, ids, file })),
  );
  const named = new Map(schemas.map((each, at) => [`schema${at}`, each]));
  const validators = validatorsCode(
    new Map([...named].map(([name, { file }]) => [name, rulesOnly(file.schema)])),
  );
  const entries = [...named].map(([name, { source, ids, file }]) => {
    const { version, neverStore, redactable, anonymous, paths } = file;
    const about = JSON.stringify({
      source,
      ids,
      version,
      learner: file.learner,
      neverStore,
      redactable,
      anonymous,
      paths,
    });
    return `  { ...${about}, validate: validators.${name} },`;
  });
  return {
    "compiled-site": [
      `import * as r from "../src/mapping/runtime.ts";`,
      `import * as f from "../src/mapping/functions.ts";`,
      `import validators from "compiled-site/validators";`,
      `import { endpoints, settings } from "compiled-site/endpoints";`,
      `const schemas = [\n${entries.join("\n")}\n];`,
      `const routes = {\n${site.endpoints.map((each) => routeCode(each, site)).join("\n")}\n};`,
      `const rules = {\n${site.sources.flatMap(rulesCode).join("\n")}\n};`,
      `const hashes = ${JSON.stringify(Object.fromEntries(site.sources.map(({ name, hash }) => [name, hash])))};`,
      `export const site = { settings, endpoints, schemas, hashes, rules, routes };`,
    ].join("\n"),
    "compiled-site/endpoints": [
      `export const settings = ${JSON.stringify(site.settings)};`,
      `export const endpoints = ${JSON.stringify(site.endpoints.map(({ endpoint }) => endpoint))};`,
    ].join("\n"),
    "compiled-site/validators": validators,
  };
};

const rulesCode = ({ name, mapping }: SiteFiles["sources"][number]): readonly string[] => {
  const code = compileRules(mapping);
  return code === undefined ? [] : [`${JSON.stringify(name)}: ${code},`];
};

const routeCode = ({ endpoint, select, where }: SiteFiles["endpoints"][number], site: SiteFiles): string => {
  const translate = site.sources.flatMap(({ name, mapping, schemas }) => {
    const code = compileMapping(mapping, {
      protocol: endpoint.protocol,
      version: endpoint.version,
      application: site.settings.hub,
      takes: (translation) => takes(select, translation),
      // Where it is refused, nothing of it is left to be sent; what the check might have missed goes as a pseudonym.
      personal: endpoint.personalData === "allow" ? "free" : personalInAny(schemas),
    });
    return code === undefined ? [] : [`${JSON.stringify(name)}: ${code},`];
  });
  const condition = where === undefined ? "" : `where: ${where},\n`;
  return `${JSON.stringify(endpoint.name)}: { ${condition}translate: {\n${translate.join("\n")}\n} },`;
};
