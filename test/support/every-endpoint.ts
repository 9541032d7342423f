import type { Source } from "../../build/site.ts";
import { VERSIONS } from "../../src/endpoint/shape.ts";
import { policyProblems } from "../../src/mapping/policy.ts";
import type { Side } from "../../src/mapping/understand.ts";

const endpointFile = (
  protocol: Side,
  version: string,
  policy: string,
  translations: readonly string[],
): string =>
  `title: Store
protocol: ${protocol}
version: "${version}"
url: https://store.example.edu
auth: { scheme: none }
personalData: ${policy}
select: { translations: ${JSON.stringify(translations)} }
`;

const nameOf = (policy: string, protocol: Side, version: string): string =>
  `${policy}-${protocol}-${version.replaceAll(".", "-")}`;

/** The translations that may go to whoever refuses personal data. */
const withoutPersonal = (sources: readonly Source[], side: Side): readonly string[] =>
  sources.flatMap((source) =>
    source.mapping.translations
      .filter(
        (each) =>
          policyProblems(source, { file: "", policy: "refuse", side, takes: (one) => one === each })
            .length === 0,
      )
      .map(({ name }) => `+${name}`),
  );

/** A site with an endpoint of each protocol, in each of its versions, for each policy. */
export const everyEndpoint = (sources: readonly Source[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (Object.keys(VERSIONS) as Side[]).flatMap((protocol) =>
      VERSIONS[protocol].flatMap((version) =>
        ["pseudonymise", "refuse", "allow"].map((policy) => {
          const taken = policy === "refuse" ? withoutPersonal(sources, protocol) : ["*", "+*"];
          return [
            `endpoints/${nameOf(policy, protocol, version)}.yml`,
            endpointFile(protocol, version, policy, taken),
          ];
        }),
      ),
    ),
  );
