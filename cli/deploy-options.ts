import { Misuse } from "../src/misuse.ts";
import { parseArguments } from "./command.ts";

/** What `jlt deploy` was told. */
export interface DeployOptions {
  readonly stage: string;
  readonly region?: string;
  /** Only look. */
  readonly check: boolean;
  readonly json: boolean;
  /** Endpoints whose waiting messages may go with their queues. */
  readonly abandon: readonly string[];
  /** What is handed on to osls. */
  readonly passed: readonly string[];
}

/** Reads the arguments; those behind `--` are for osls. Throws Misuse. */
export const readDeployOptions = (args: readonly string[]): DeployOptions => {
  const end = args.indexOf("--");
  const passed = end === -1 ? [] : args.slice(end + 1);
  const { values } = parseArguments({
    args: end === -1 ? [...args] : args.slice(0, end),
    options: {
      stage: { type: "string" },
      region: { type: "string" },
      check: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      abandon: { type: "string", multiple: true, default: [] },
    },
  });
  const { stage, region, check, json, abandon } = values;
  if (stage === undefined) throw new Misuse("Which stage is it? Name it: --stage prod");
  if (!STAGE.test(stage))
    throw new Misuse(
      `"${stage}" cannot be a stage. It is a name of at most ${LONGEST} small letters, digits and hyphens, such as prod.`,
    );
  if (region !== undefined && !REGION.test(region))
    throw new Misuse(`"${region}" is no region of AWS. They are written as eu-central-1 is.`);
  if (check && passed.length > 0) throw new Misuse("With --check, nothing is handed on to osls.");
  refuseOthers(passed);
  return { stage, ...(region !== undefined && { region }), check, json, abandon, passed };
};

/** AWS's names have no room for more: see infra/names.ts. */
const LONGEST = 13;

/** Small letters, as the archive's database knows no others. */
const STAGE = new RegExp(`^(?=.{1,${LONGEST}}$)[a-z0-9]+(-[a-z0-9]+)*$`);

const REGION = /^[a-z]{2,}(-[a-z]+)+-\d+$/;

/** What osls does in the same way with these, to the same stage; with any other, it might deploy something else. */
const HANDED_ON = {
  "aws-s3-accelerate": { type: "boolean" },
  conceal: { type: "boolean" },
  debug: { type: "string" },
  force: { type: "boolean" },
  "minify-template": { type: "boolean" },
  param: { type: "string", multiple: true },
  verbose: { type: "boolean" },
} as const;

const refuseOthers = (passed: readonly string[]): void => {
  try {
    parseArguments({ args: [...passed], options: HANDED_ON });
  } catch (error) {
    if (!(error instanceof Misuse)) throw error;
    const names = Object.keys(HANDED_ON).map((name) => `--${name}`);
    throw new Misuse(
      `Of what follows --, osls is given ${names.join(", ")}, and nothing else: ${error.message} Stage and region are named before it, and credentials in the environment (AWS_PROFILE); what is deployed is what was built and looked at.`,
    );
  }
};
