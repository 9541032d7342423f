import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { folder } from "./support.ts";

const run = promisify(execFile);

/** What an HTTP API brings to its function. */
export interface HttpEvent {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls a packaged function as an HTTP API does, where nothing answers for Parameter Store. */
export const answerOf = async (
  name: string,
  { method = "GET", path, headers = {} }: HttpEvent,
  variables: Readonly<Record<string, string>>,
) => {
  const event = {
    version: "2.0",
    rawPath: path,
    rawQueryString: "",
    headers,
    requestContext: { http: { method } },
    isBase64Encoded: false,
  };
  const script = `require(process.argv[1]).handler(JSON.parse(process.argv[2]), { getRemainingTimeInMillis: () => 30000 })
    .then((answer) => { process.stdout.write("\\n" + JSON.stringify(answer), () => process.exit()); });`;
  const env = {
    ...variables,
    STAGE: "test",
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "nobody",
    AWS_SECRET_ACCESS_KEY: "nothing",
    AWS_ENDPOINT_URL_SSM: "http://127.0.0.1:9",
    AWS_MAX_ATTEMPTS: "1",
  };
  const bundle = join(folder, "dist", name, "index.cjs");
  const { stdout, stderr } = await run(process.execPath, ["-e", script, bundle, JSON.stringify(event)], {
    env,
  });
  return { log: stdout + stderr, answer: JSON.parse(stdout.trim().split("\n").at(-1) ?? "") };
};
