import type { Endpoint } from "../../src/endpoint/endpoint.ts";
import type { Endpoints } from "../api/endpoints.ts";
import type { Desk } from "../desk.ts";
import type { IndexedAnswer } from "../index/archive-index.ts";
import { failureGroups } from "./failures.ts";
import { flowEndpoints } from "./flow.ts";

/** So many of an endpoint's last answers are told. */
const ANSWERS = 20;

/** How each endpoint is: where it is, what it last answered, what waits for it, and what is set aside. */
export const endpointsOf = (desk: Desk, now: number): Endpoints => {
  const { index, site } = desk;
  const failures = Map.groupBy(failureGroups(desk), ({ endpoint }) => endpoint);
  const files = new Map(site().files.endpoints.map(({ endpoint }) => [endpoint.name, endpoint]));
  return {
    reading: index.reading,
    rows: flowEndpoints(desk, now).flatMap((flow) => {
      const { name } = flow;
      const endpoint = files.get(name);
      if (endpoint === undefined) return [];
      const { learners, personalData } = endpoint;
      const oldest = index.oldestWaiting(name);
      const answers: readonly IndexedAnswer[] = index.answers(name, ANSWERS);
      return [
        {
          ...flow,
          url: placeOf(endpoint, desk),
          learners,
          personalData,
          ...(oldest !== undefined && { oldest }),
          answers,
          failures: failures.get(name) ?? [],
        },
      ];
    }),
  };
};

/** Where statements go, in words. A local service sends them to the sandbox, whatever the endpoint's file says. */
const placeOf = ({ url, protocol, name }: Endpoint, { kind, held }: Desk): string => {
  const written =
    typeof url === "string" ? url : `where each learner's launch says, at ${url.hosts.join(" or ")}`;
  const { sandbox } = held.opened;
  switch (kind) {
    case "deployed":
      return written;
    case "running":
      return `the sandbox${sandbox === undefined ? "" : ` (${sandbox}/${protocol}/${name})`}, in place of ${written}`;
    case "left":
      return `the sandbox, while the local service runs, in place of ${written}`;
  }
};
