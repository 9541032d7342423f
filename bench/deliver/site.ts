import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { project } from "../../build/bundle.ts";
import { loadSite } from "../../build/load.ts";
import { readSite } from "../../build/site.ts";
import { unpack } from "../../src/delivery/pack.ts";
import { protocolOf } from "../../src/delivery/protocol.ts";
import { requests, roomOf } from "../../src/delivery/requests.ts";
import type { AddressedEndpoint } from "../../src/endpoint/endpoint.ts";
import { batchOf, translating } from "../steps/batches.ts";

/** The shipped endpoints, and how many statements come into a request. */
export const PROTOCOLS = { xapi: "campus-lrs", caliper: "campus-caliper" } as const;
export type Spoken = keyof typeof PROTOCOLS;
export const SIZES = [1, 50, 500] as const;
export type Size = (typeof SIZES)[number];

/** What a Lambda invocation's event may come to, in bytes. */
const LARGEST = 6_000_000;

/** Messages of one invocation at the most, as deployed: see infra/pace.ts. */
const MESSAGES = 10;

export const nameOf = (protocol: Spoken, size: Size): string => `${protocol}-${size}`;

/** Makes the shipped site in a folder, with an endpoint for each protocol and size in place of its own. */
export const writeSite = async (into: string): Promise<void> => {
  for (const part of ["translator.yml", "endpoints", "mappings", "queries"])
    await cp(join(project, part), join(into, part), { recursive: true });
  for (const [protocol, shipped] of Object.entries(PROTOCOLS) as [Spoken, string][]) {
    const file = join(into, "endpoints", `${shipped}.yml`);
    const text = await readFile(file, "utf8");
    for (const size of SIZES)
      await writeFile(
        join(into, "endpoints", `${nameOf(protocol, size)}.yml`),
        text.replace(/^batch: .*$/m, `batch: { events: ${size}, bytes: 1000KB, wait: 20s }`),
      );
    await rm(file);
  }
};

/** What one invocation is given, and what it comes to. */
export interface Work {
  readonly endpoint: AddressedEndpoint;
  readonly messages: readonly string[];
  /** The requests' bodies. */
  readonly bodies: readonly string[];
  readonly statements: number;
}

/** An invocation's work for each endpoint of a site, as the translate function puts it into the queues. */
export const workOf = async (folder: string): Promise<ReadonlyMap<string, Work>> => {
  const site = await loadSite(await readSite(folder));
  const { translate, bodies } = translating(site, site.endpoints.length);
  await translate(await batchOf(site, 50, 100));
  return new Map(
    site.endpoints.map((endpoint) => {
      if (typeof endpoint.url !== "string") throw new Error("The shipped endpoints say where they are.");
      const messages = within(bodies.get(endpoint.name) ?? []);
      const statements = messages.flatMap((each) => unpack(each).statements);
      const addressed: AddressedEndpoint = { ...endpoint, url: endpoint.url };
      return [
        endpoint.name,
        {
          endpoint: addressed,
          messages,
          bodies: bodiesOf(addressed, statements),
          statements: statements.length,
        },
      ];
    }),
  );
};

/** As many messages as one invocation gets. What Lambda says of each beside its body comes to a kilobyte. */
const within = (messages: readonly string[]): readonly string[] => {
  let size = 0;
  return messages.slice(0, MESSAGES).filter((each) => {
    size += Buffer.byteLength(JSON.stringify(each)) + 1000;
    return size <= LARGEST;
  });
};

const bodiesOf = (
  endpoint: AddressedEndpoint,
  statements: ReturnType<typeof unpack>["statements"],
): readonly string[] => {
  const { write } = protocolOf(endpoint, "https://hub.example.edu");
  const room = roomOf(endpoint.batch, write([]).byteLength);
  return requests(statements, room).map((some) =>
    Buffer.from(write(some.map(({ text }) => text))).toString("utf8"),
  );
};
