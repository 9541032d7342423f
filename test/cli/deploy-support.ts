import { spawn } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after } from "node:test";
import { project } from "../../build/bundle.ts";
import { deliverTo, logicalId, queueId } from "../../infra/names.ts";
import { startAws } from "../../local/aws.ts";
import { startParameters } from "../../local/parameters.ts";
import { temporaryFolder } from "../service/support.ts";
import { startOdd } from "./deploy-odd.ts";
import type { Answer } from "./support.ts";

export const STACK = "jupyter-lms-prod";

/** The stacks that CloudFormation knows: the endpoints that each has queues for, and its outputs. */
export const stacks = new Map<
  string,
  { readonly endpoints: readonly string[]; readonly outputs?: Readonly<Record<string, string>> }
>();

/** Every value in here has the word CANARY in it, which nothing that is told may have. */
export const parameters = new Map<string, string>();
export const secrets = new Map<string, string>();

const queueOf = (stack: string, endpoint: string): string => `${stack}-deliver-${endpoint}`;

type Row = readonly [id: string, type: string, name: string, status: string];

const QUEUE = "AWS::SQS::Queue";

const resourcesOf = (stack: string): readonly Row[] => {
  const address = (name: string): string => `https://sqs.us-east-1.amazonaws.com/000000000000/${name}`;
  return [
    ["TranslateQueue", QUEUE, address(`${stack}-events`), "CREATE_COMPLETE"],
    ["Archive", "AWS::S3::Bucket", "archive", "CREATE_COMPLETE"],
    [queueId(deliverTo("long-gone")), QUEUE, address(queueOf(stack, "long-gone")), "DELETE_COMPLETE"],
    ...(stacks.get(stack)?.endpoints ?? []).flatMap((each) => {
      const id = queueId(deliverTo(each));
      const queue = address(queueOf(stack, each));
      return [
        [id, QUEUE, queue, "UPDATE_COMPLETE"],
        [`${id}DeadLetters`, QUEUE, `${queue}-dead-letters`, "UPDATE_COMPLETE"],
        [`${id}Policy`, "AWS::SQS::QueuePolicy", "policy", "UPDATE_COMPLETE"],
        // As the framework names what feeds a function from its queue.
        [
          `${logicalId(deliverTo(each))}EventSourceMappingSQS${id}`,
          "AWS::Lambda::EventSourceMapping",
          "1e24b88b-30af-43f3-854d-76fbd811ecb8",
          "UPDATE_COMPLETE",
        ],
      ] as const;
    }),
  ];
};

const PAGE = 3;

/** CloudFormation, as far as the command asks it. It answers in pages, as AWS does for large stacks. */
const cloudFormation = createServer(async (request, response) => {
  const asked = new URLSearchParams(await text(request));
  const [action, stack, from] = ["Action", "StackName", "NextToken"].map((name) => asked.get(name) ?? "");
  response.setHeader("content-type", "text/xml");
  if (stack === undefined || !stacks.has(stack)) {
    const message = `Stack with id ${stack} does not exist`;
    response
      .writeHead(400)
      .end(
        `<ErrorResponse><Error><Code>ValidationError</Code><Message>${message}</Message></Error></ErrorResponse>`,
      );
  } else if (action === "ListStackResources") {
    const start = Number(from || "0");
    const all = resourcesOf(stack);
    const members = all
      .slice(start, start + PAGE)
      .map(([id, type, name, status]) =>
        element(
          "member",
          element("LogicalResourceId", id) +
            element("ResourceType", type) +
            element("PhysicalResourceId", name) +
            element("ResourceStatus", status),
        ),
      );
    const next = start + PAGE < all.length ? element("NextToken", String(start + PAGE)) : "";
    response.end(answer("ListStackResources", element("StackResourceSummaries", members.join("")) + next));
  } else {
    const outputs = Object.entries(stacks.get(stack)?.outputs ?? {}).map(([key, value]) =>
      element("member", element("OutputKey", key) + element("OutputValue", value)),
    );
    const member = element("StackName", stack) + element("Outputs", outputs.join(""));
    response.end(answer("DescribeStacks", element("Stacks", element("member", member))));
  }
});

const element = (name: string, inside: string): string => `<${name}>${inside}</${name}>`;

const answer = (action: string, inside: string): string =>
  `<${action}Response xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">${element(`${action}Result`, inside)}</${action}Response>`;

await new Promise<void>((listening) => cloudFormation.listen(0, "127.0.0.1", listening));
export const aws = await startAws(await temporaryFolder());
const store = await startParameters(parameters, secrets);
const odd = await startOdd(store.address);
after(async () => {
  cloudFormation.close();
  cloudFormation.closeAllConnections();
  await Promise.all([aws.stop(), odd.stop(), store.stop()]);
});

/** Makes the queues of an endpoint, and gives the address of the one and of the other. */
export const makeQueues = (endpoint: string): { readonly queue: string; readonly dead: string } => {
  const queue = queueOf(STACK, endpoint);
  aws.makeQueue(queue, { visibility: 30, tries: 5 });
  return { queue: aws.queueUrl(queue), dead: aws.queueUrl(`${queue}-dead-letters`) };
};

const { port } = cloudFormation.address() as AddressInfo;
export const environment = {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "somebody",
  AWS_SECRET_ACCESS_KEY: "CANARY-access-key",
  AWS_ENDPOINT_URL_CLOUDFORMATION: `http://127.0.0.1:${port}`,
  AWS_ENDPOINT_URL_SQS: aws.address,
  AWS_ENDPOINT_URL_SSM: odd.address,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: odd.address,
  AWS_EC2_METADATA_DISABLED: "true",
};

/** A site of its own: a folder as the project's, with few mappings; and a program that stands in for osls. */
export interface Deployable {
  readonly folder: string;
  /** Runs `jlt deploy` there. */
  deploy(args: readonly string[], changes?: NodeJS.ProcessEnv): Promise<Answer>;
  /** The arguments of each run of osls. */
  deployed(): Promise<readonly (readonly string[])[]>;
  /** Who each run of osls was to AWS: the variables that begin with AWS_, but for addresses. */
  knownAs(): Promise<readonly Readonly<Record<string, string>>[]>;
  /** Writes a file anew. */
  write(path: string, text: string): Promise<void>;
  remove(path: string): Promise<void>;
}

export interface Standing {
  /** The exit code of the stand-in for osls. */
  readonly ends?: number;
  /** Whether the site is really built, which takes its time; or kept, and the folder edited at once. */
  readonly how?: "build" | "keep" | "edit";
  /** What the stand-in does besides, as code. */
  readonly does?: string;
}

/** What the stand-in does. */
const standIn = (
  log: string,
  ends: number,
  does: string,
): string => `import { appendFileSync, rmSync } from "node:fs";
const own = Object.entries(process.env).filter(([name]) => /^AWS_(?!ENDPOINT_URL)/.test(name));
const run = { args: process.argv.slice(2), env: Object.fromEntries(own) };
appendFileSync(${JSON.stringify(log)}, JSON.stringify(run) + "\\n");
console.log("osls speaks");
${does}
process.exitCode = ${ends};
`;

interface Run {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export const deployable = async (
  files: Readonly<Record<string, string>>,
  { ends = 0, how = "keep", does = "" }: Standing = {},
): Promise<Deployable> => {
  const folder = await temporaryFolder();
  for (const part of ["serverless.yml", "mappings/jupyterhub", "mappings/translator"])
    await cp(join(project, part), join(folder, part), { recursive: true });
  await mkdir(join(folder, "endpoints"));
  const write = (path: string, content: string): Promise<void> => writeFile(join(folder, path), content);
  for (const [path, content] of Object.entries(files)) await write(path, content);
  const outside = await temporaryFolder();
  const osls = join(outside, "osls.mjs");
  const log = join(outside, "runs");
  await writeFile(osls, standIn(log, ends, does));
  const runs = async (): Promise<readonly Run[]> =>
    (await readFile(log, "utf8").catch(() => ""))
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  const command = join(import.meta.dirname, "deploy-stand-in.ts");
  return {
    folder,
    write,
    remove: (path) => rm(join(folder, path)),
    deployed: async () => (await runs()).map(({ args }) => args),
    knownAs: async () => (await runs()).map(({ env }) => env),
    deploy: async (args, changes = {}) => {
      const { NODE_TEST_CONTEXT: _, FORCE_COLOR: __, PATH, HOME } = process.env;
      const env = { PATH, HOME, ...environment, ...changes };
      const child = spawn(
        process.execPath,
        ["--disable-warning=ExperimentalWarning", command, osls, how, ...args],
        {
          cwd: folder,
          env,
        },
      );
      const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
      child.stdin.end();
      const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
      return { status, stdout, stderr };
    },
  };
};
