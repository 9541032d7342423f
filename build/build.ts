import { join } from "node:path";
import { formatProblem, SiteError } from "../src/document/problem.ts";
import { buildSite, functionNames, project } from "./bundle.ts";

/** `npm run build`: the site in this folder, compiled into what is deployed: bundles and infra under dist/. */
try {
  const started = performance.now();
  await buildSite(project, join(project, "dist"));
  console.log(
    `Built ${functionNames.join(", ")} into dist/ in ${Math.round(performance.now() - started)} ms.`,
  );
} catch (error) {
  if (!(error instanceof SiteError)) throw error;
  for (const problem of error.problems) console.error(formatProblem(problem));
  console.error(
    `Nothing was built, and dist/ is gone: ${error.problems.length} problem(s) in the files above.`,
  );
  process.exitCode = 1;
}
