import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildSite } from "../../build/bundle.ts";
import { STAGE } from "../../local/names.ts";
import type { Measured, Order } from "./instance.ts";
import type { Ready } from "./sink.ts";
import { nameOf, type Size, type Spoken, type Work, workOf, writeSite } from "./site.ts";

/** How the function is to deliver. */
export interface Case {
  readonly protocol: Spoken;
  readonly size: Size;
  readonly scheme: "http" | "https";
  /** After how long the endpoint answers, in milliseconds. */
  readonly delay: number;
}

/** What is measured on: the built site, and those that the function speaks to. */
export interface Stage extends AsyncDisposable {
  readonly works: ReadonlyMap<string, Work>;
  readonly sink: Ready;
  /** Measures an instance of the function in a process of its own, by turns with the floor if that is wanted. */
  measure(of: Case, rounds: number, withFloor: boolean): Promise<Measured>;
}

/** Builds the site into a folder, and starts what the function speaks to. */
export const stageIn = async (folder: string): Promise<Stage> => {
  const [files, dist, authority] = [join(folder, "site"), join(folder, "dist"), join(folder, "ca.pem")];
  await writeSite(files);
  await buildSite(files, dist);
  const works = await workOf(files);
  const server = child("./sink.ts", {});
  const [sink] = (await once(server, "message")) as [Ready];
  await writeFile(authority, sink.certificate);
  return {
    works,
    sink,
    measure: async (of, rounds, withFloor) => {
      const name = nameOf(of.protocol, of.size);
      const work = workFor(works, of);
      const url = urlOf(sink, of);
      const order: Order = {
        bundle: join(dist, "deliver", "index.cjs"),
        event: eventOf(work),
        url,
        bodies: work.bodies,
        rounds,
        withFloor,
      };
      const instance = child("./instance.ts", {
        ...ENVIRONMENT,
        ENDPOINT: name,
        LOCAL_ENDPOINT_URL: url,
        AWS_ENDPOINT_URL: sink.aws,
        NODE_EXTRA_CA_CERTS: authority,
      });
      instance.send(order);
      const [measured] = (await Promise.race([once(instance, "message"), failing(instance)])) as [Measured];
      await end(instance);
      return measured;
    },
    [Symbol.asyncDispose]: () => end(server),
  };
};

/** Where the sink answers as a case wants it. */
export const urlOf = (sink: Ready, { protocol, size, scheme, delay }: Case): string =>
  `${sink[scheme]}/${protocol === "xapi" ? size : 0}/${delay}`;

export const workFor = (works: Stage["works"], { protocol, size }: Pick<Case, "protocol" | "size">): Work => {
  const work = works.get(nameOf(protocol, size));
  if (work === undefined) throw new Error(`There is no endpoint for ${protocol} and ${size}.`);
  return work;
};

const ENVIRONMENT = {
  STAGE,
  ARCHIVE_BUCKET: "archive",
  DELIVERY_QUEUE: "http://127.0.0.1:9/none",
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "none",
  AWS_SECRET_ACCESS_KEY: "none",
};

/** What it logs is thrown away; an error that nobody foresaw is shown. */
const child = (file: string, env: Readonly<Record<string, string>>): ChildProcess =>
  fork(new URL(file, import.meta.url), {
    env: { PATH: process.env.PATH, ...env },
    execArgv: ["--disable-warning=ExperimentalWarning"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    serialization: "advanced",
  });

const failing = async (process: ChildProcess): Promise<never> => {
  const [code] = await once(process, "exit");
  throw new Error(`An instance ended with ${code}.`);
};

const end = async (process: ChildProcess): Promise<void> => {
  const closed = once(process, "close");
  process.kill();
  await closed;
};

/** An event as Lambda gives it (the SQS event source mapping). */
const eventOf = ({ messages }: Work) => ({
  Records: messages.map((body, at) => ({
    messageId: `00000000-0000-4000-8000-${String(at).padStart(12, "0")}`,
    receiptHandle: "r".repeat(400),
    body,
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: String(Date.now()),
      SenderId: "AROAEXAMPLE:translate",
      ApproximateFirstReceiveTimestamp: String(Date.now()),
    },
    messageAttributes: {},
    md5OfBody: "0".repeat(32),
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:deliver",
    awsRegion: "us-east-1",
  })),
});
