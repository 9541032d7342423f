/** Lambda for a deployed stage: its packaged functions under AWS's own runtime client, fed by its queues and HTTP APIs. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { mapQueue } from "../../local/event-source-mapping.ts";
import { inFrontOf, type LocalServer, startServer } from "../../local/http-api.ts";
import { isObject, type JsonObject, parseJson } from "../../src/event/json.ts";
import { BODY_LIMIT } from "../../src/ingest/body.ts";
import { ofType, type JsonObject as TemplateObject, target } from "../package/support.ts";
import type { Deployment, Endings } from "./deployment.ts";
import { type Guard, type Iam, startIam } from "./iam.ts";
import { ACCOUNT } from "./iam-stack.ts";
import { deployedFunctions, type SourceMapping, sourceMappings } from "./lambdas.ts";
import { type LambdaFunction, type LambdaInstance, startInstance } from "./runtime-api.ts";
import { REGION, unmadeEndpoint, variablesFor } from "./stack.ts";

export interface Lambda {
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  readonly mappings: readonly SourceMapping[];
  /** Where an HTTP API is, by its logical id. */
  readonly addresses: ReadonlyMap<string, string>;
  /** The address of a queue, by its name. */
  queueUrl(name: string): string;
  /** What lets functions do what their roles say. */
  readonly iam: Iam;
  /** A new instance of a function, with other settings where some are given; `aws` is AWS as its role meets it. */
  instance(name: string, settings?: Partial<LambdaFunction>, aws?: Guard): Promise<LambdaInstance>;
  /** Feeds a function from its queue, as its event source mapping says, by instances of its own unless one is given. */
  feed(name: string, instance?: Pick<LambdaInstance, "invoke">): Promise<{ stop(): Promise<void> }>;
  /** Feeds a function no more. */
  rest(name: string): Promise<void>;
  /** All batches that a function was fed with, in their order. */
  batches(name: string): readonly unknown[];
  /** The objects that all instances of a function have logged. */
  logged(name: string): readonly JsonObject[];
}

/** How long messages are gathered, in milliseconds: not the seconds of a deployed mapping, as somebody waits. */
const WINDOW = 200;

/** How many instances of a function there are at most, whatever its mapping allows: it is one machine. */
const INSTANCES = 2;

export const startLambda = async (
  deployment: Deployment,
  client: string,
  endings: Endings,
): Promise<Lambda> => {
  const { folder, aws, stack, template } = deployment;
  const feeding: { readonly name: string; readonly stop: () => Promise<void> }[] = [];
  const batches = new Map<string, readonly unknown[]>();
  const instances: { readonly name: string; readonly instance: LambdaInstance }[] = [];
  const functions = await deployedFunctions(stack, template, aws, join(folder, "lambda"));
  const mappings = await sourceMappings(aws.url);
  const servers = new Map<string, LocalServer>();
  for (const [id] of ofType(template, "AWS::ApiGatewayV2::Api")) {
    const server = await startServer();
    endings.push(server.stop);
    servers.set(id, server);
  }

  // moto has no address of an HTTP API, and the SDK would look for a queue where its own address says, at AWS.
  const queues = (name = ""): string => `${aws.url}/${ACCOUNT}/${name}`;
  const real = (value: string, url: string): string =>
    [...servers].reduce(
      (text, [id, server]) => text.replace(unmadeEndpoint(stack.resources.get(id)?.name ?? id), server.url),
      value.replace(`https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/`, `${url}/${ACCOUNT}/`),
    );
  const iam = startIam(template, stack, aws.url, endings);

  const instance = async (
    name: string,
    settings: Partial<LambdaFunction> = {},
    guard?: Guard,
  ): Promise<LambdaInstance> => {
    const fn = functions.get(name);
    assert.ok(fn, `There is no function ${name}.`);
    const { url } = guard ?? (await iam.guard(name));
    const own = Object.entries(fn.environment).map(([key, value]) => [key, real(value, url)]);
    const environment = { ...variablesFor(url), ...Object.fromEntries(own) };
    const started = await startInstance({ ...fn, environment, ...settings }, client);
    endings.push(started.stop);
    instances.push({ name, instance: started });
    return started;
  };
  for (const [id, server] of servers)
    server.answer(inFrontOf(await instance(behind(id, deployment)), BODY_LIMIT));

  return {
    functions,
    mappings,
    addresses: new Map([...servers].map(([id, { url }]) => [id, url])),
    queueUrl: queues,
    iam,
    instance,
    rest: async (name) => {
      for (const each of feeding) if (each.name === name) await each.stop();
    },
    batches: (name) => batches.get(name) ?? [],
    feed: async (name, given) => {
      const mapping = mappings.find(({ functionName }) => functionName === name);
      assert.ok(mapping, `No queue feeds ${name}.`);
      const those = given === undefined ? Math.min(INSTANCES, mapping.concurrency) : 1;
      const pollers = await Promise.all(
        Array.from({ length: those }, async () => {
          const { invoke } = given ?? (await instance(name));
          return mapQueue({
            sqs: aws.sqs,
            queueUrl: queues(mapping.queue),
            invoke: (batch) => {
              batches.set(name, [...(batches.get(name) ?? []), batch]);
              return invoke(batch);
            },
            batchSize: mapping.batchSize,
            window: WINDOW,
            concurrency: 1,
          });
        }),
      );
      const stop = async (): Promise<void> => {
        await Promise.all(pollers.map((each) => each.stop()));
      };
      endings.push(stop);
      feeding.push({ name, stop });
      return { stop };
    },
    logged: (name) =>
      instances
        .filter((each) => each.name === name)
        .flatMap((each) => each.instance.log)
        .map((line) => parseJson(line))
        .flatMap((line) => ("value" in line && isObject(line.value) ? [line.value] : [])),
  };
};

/** The function that answers for an HTTP API. */
const behind = (api: string, { template, stack }: Deployment): string => {
  const found = ofType(template, "AWS::ApiGatewayV2::Integration").find(
    ([, { Properties }]) => (Properties.ApiId as TemplateObject).Ref === api,
  );
  const name = stack.resources.get(target(found?.[1].Properties.IntegrationUri))?.name;
  assert.ok(name, `There is no function behind ${api}.`);
  return name;
};
