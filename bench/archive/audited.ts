import { S3Client } from "@aws-sdk/client-s3";
import { runningAt } from "../../local/addresses.ts";
import { BUCKET } from "../../local/names.ts";
import { daysAfter } from "../../src/archive/days.ts";
import { s3Bucket } from "../../src/aws/bucket.ts";
import { audit } from "../../src/ledger/audit.ts";
import type { Depths } from "../../src/ledger/balance.ts";

/** What an audit took, in a process of its own: the second one there, so that nothing is left to be compiled. */
export interface Audited {
  /** Processor time of all threads, and time by the clock, in seconds. */
  readonly processor: number;
  readonly seconds: number;
  /** The same processor time where the objects are only fetched, and nothing is done with what is in them. */
  readonly fetching: number;
  readonly objects: number;
}

/** A program: audits the day of an archive, and prints what it took as JSON. Its arguments are the folder, the day, and endpoints. */
const run = async (folder: string, day: string, endpoints: readonly string[]): Promise<Audited> => {
  const found = await runningAt(folder);
  if (found === undefined) throw new Error(`Nothing runs in ${folder}.`);
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new S3Client({ endpoint: found.aws, region: "us-east-1", credentials });
  const bucket = s3Bucket(client, BUCKET);
  const keys: string[] = [];
  for (const part of ["raw", "ledger", "quarantine", "receipts", "failed"])
    for await (const key of bucket.list(`${part}/`)) keys.push(key);
  const auditOnce = async (): Promise<void> => {
    const { days, faults, troubles } = await audit({
      bucket,
      endpoints,
      retention: { raw: 400, quarantine: 14, failed: 90, receipts: 400, ledger: 400 },
      ask: async () => waiting,
      now: () => Date.parse(daysAfter(day, 1)),
    });
    if (faults.length > 0 || troubles.length > 0 || !days.includes(day))
      throw new Error("The archive is not as it was made.");
  };
  await auditOnce();
  const began = performance.now();
  const processor = await processorTimeOf(auditOnce);
  const seconds = (performance.now() - began) / 1000;
  const fetching = await processorTimeOf(() => fetchAll(keys, (key) => bucket.get(key)));
  client.destroy();
  return { processor, seconds, fetching, objects: keys.length };
};

/** Something waits in every queue, so that nothing of what has not ended is missed. */
const waiting: Depths = { events: 1, deliveries: {}, deadLetters: { events: 0, deliveries: {} } };

const fetchAll = async (keys: readonly string[], get: (key: string) => Promise<unknown>): Promise<void> => {
  const left = keys.values();
  const next = async (): Promise<void> => {
    for (const key of left) await get(key);
  };
  await Promise.all(Array.from({ length: 16 }, next));
};

const processorTimeOf = async (work: () => Promise<void>): Promise<number> => {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
};

if (import.meta.main) {
  const [folder = "", day = "", ...endpoints] = process.argv.slice(2);
  console.log(JSON.stringify(await run(folder, day, endpoints)));
}
