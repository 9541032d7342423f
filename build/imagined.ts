import type { Endpoint } from "../src/endpoint/endpoint.ts";
import { readEndpoint } from "../src/endpoint/read.ts";
import { SIDES, type Side } from "../src/mapping/understand.ts";
import { readSettings, type Settings } from "../src/settings.ts";
import type { SiteEndpoint, SiteFiles, Source } from "./site.ts";

/** An imagined hub, for which examples hold whatever a site's own translator.yml says. */
const TRANSLATOR = `hub: { id: https://hub.example.edu, name: Example University JupyterHub }
institution: https://www.example.edu
learners: { trust: signed, key: ssm:/imagined/key, pseudonyms: ssm:/imagined/pseudonyms }
`;

/** The version that an imagined endpoint speaks; where a protocol has one only, a file need not name it. */
const VERSIONS: Readonly<Record<Side, string>> = {
  caliper: 'version: "1.2"',
  xapi: "version: 1.0.3",
  json: "",
};

/** An endpoint that takes everything, optional translations as well. */
const endpointFile = (side: Side, personalData: PersonalData): string => `title: Imagined
protocol: ${side}
${VERSIONS[side]}
url: https://store.example.edu
auth: { scheme: none }
personalData: ${personalData}
select: { translations: ["*", "+*"] }
`;

/** The key of the imagined hub's pseudonyms. */
export const IMAGINED_KEY = "the key of the imagined hub's pseudonyms";

/** The settings of the imagined hub. */
export const imaginedSettings = (): Settings => {
  const read = readSettings("the imagined translator.yml", TRANSLATOR);
  if ("settings" in read) return read.settings;
  throw new Error("The imagined hub's settings are wrong.");
};

/**
 * A site with an endpoint for each side, named after it, which takes every translation of the mappings given; what is
 * personal as it is, unless something else is asked for, so that examples can be read.
 */
export const imaginedSite = (
  sources: readonly Source[],
  settings = imaginedSettings(),
  personalData: PersonalData = "allow",
): SiteFiles => ({
  settings,
  endpoints: SIDES.map((side) => imaginedEndpoint(side, personalData)),
  sources,
});

/** What becomes of personal data at most of a site's endpoints: it is shown as it is only where all of them get it so. */
export const imaginedPolicy = ({ endpoints }: Pick<SiteFiles, "endpoints">): PersonalData =>
  endpoints.every(({ endpoint }) => endpoint.personalData === "allow") ? "allow" : "pseudonymise";

type PersonalData = Exclude<Endpoint["personalData"], "refuse">;

const imaginedEndpoint = (side: Side, personalData: PersonalData): SiteEndpoint => {
  const read = readEndpoint(side, "the imagined endpoint", endpointFile(side, personalData));
  if (!("endpoint" in read)) throw new Error("The imagined endpoint is wrong.");
  return { ...read, where: undefined };
};
