import type { About } from "../api/about.ts";
import type { Desk } from "../desk.ts";
import { endpointNames } from "./names.ts";

/** The service that is looked at, and what may be done with it. */
export const aboutOf = (desk: Desk): About => {
  const { problems, isSame } = desk.site();
  return {
    stage: desk.name,
    kind: desk.kind,
    mayWrite: desk.mayWrite,
    maySave: desk.take !== undefined,
    endpoints: endpointNames(desk),
    problems,
    files: isSame,
  };
};
