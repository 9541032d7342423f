import type { Command } from "./command.ts";
import { readDeployOptions } from "./deploy-options.ts";

/** `jlt deploy`: looks whether all is well, and deploys. */
export const deploy: Command = {
  name: "deploy",
  usage: "deploy --stage NAME [--region R] [--check] [--abandon ENDPOINT]... [--json] [-- OPTION...]",
  summary: "builds, looks whether what is needed is there, and deploys",
  help: `Reads the files over, builds them, and looks in AWS whether every secret that they name is there and can be used, and
whether anything waits for an endpoint whose file is gone. Only where all is well, osls deploys. The exit code is osls's
own; 1 where there are problems, and 2 where it was used wrongly or could not run: then nothing was deployed.

  jlt deploy --stage prod --check
  jlt deploy --stage prod
  jlt deploy --stage prod --abandon old-lrs
  jlt deploy --stage prod -- --verbose

  --stage NAME        what is deployed is called so: at most 13 small letters, digits and hyphens
  --region R          where to (default: AWS_REGION, or what serverless.yml says)
  --check             only looks, for whoever deploys what is built here in another way; 0: all is well, 1: it is not
  --abandon ENDPOINT  what waits for this endpoint, whose file is gone, may be dropped from its queue; once for each
  --json              one JSON object: stage, region, problems, added, removed, deployed, outputs; osls speaks on standard
                      error
  -- OPTION...        is handed on to osls deploy: --verbose, --force, --conceal, --param KEY=VALUE, --aws-s3-accelerate,
                      --minify-template, --debug NAMESPACE`,
  run: async (args) => {
    const options = readDeployOptions(args);
    // The builder and AWS's SDK take their time to load.
    const { runDeploy, usualMeans } = await import("./deploy-run.ts");
    return runDeploy(options, usualMeans());
  },
};
