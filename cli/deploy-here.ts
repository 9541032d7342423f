import type { ReadSite } from "../build/site.ts";
import type { Path } from "../src/document/document.ts";
import type { Problem } from "../src/document/problem.ts";
import { isThisMachine } from "../src/document/this-machine.ts";
import type { Endpoint } from "../src/endpoint/endpoint.ts";

/** Where endpoints' files lead to this machine itself, at each place: right for the local service, and never in AWS. */
export const hereProblems = ({ endpoints }: ReadSite): readonly Problem[] =>
  endpoints.flatMap(({ endpoint, document }) =>
    addressesOf(endpoint)
      .filter(([, host]) => isThisMachine(host))
      .map(([path]) => document.problem(path, HERE)),
  );

const HERE =
  "This is an address of this machine itself. In AWS that is the function itself, where nothing listens: give the address that the endpoint has for others.";

const addressesOf = ({ url, auth }: Endpoint): readonly (readonly [path: Path, host: string])[] => [
  ...(typeof url === "string"
    ? [[["url"], hostOf(url)] as const]
    : url.hosts.map((host, at) => [["hosts", at], hostOf(`https://${host}`)] as const)),
  ...(auth.scheme === "oauth2-client-credentials"
    ? [[["auth", "tokenUrl"], hostOf(auth.tokenUrl)] as const]
    : []),
];

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : "");
