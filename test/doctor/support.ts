import assert from "node:assert/strict";
import { namedSecrets } from "../../build/secrets.ts";
import type { Resolve } from "../../src/delivery/connections.ts";
import { examine } from "../../src/doctor/examine.ts";
import type { Check, Finding } from "../../src/doctor/finding.ts";
import type { DoctorParts, ExaminedFiles, ExaminedService } from "../../src/doctor/parts.ts";
import { readEndpoint } from "../../src/endpoint/read.ts";
import { readSettings } from "../../src/settings.ts";
import { memoryBucket } from "../support/memory-bucket.ts";

/** No part of them may be in anything that is told. */
export const SECRETS: Readonly<Record<string, string>> = {
  "ssm:/hub": "canary-hub-key-0123456789-abcdefghijklmnop",
  "ssm:/pseudonyms": "canary-pseudonyms-0123456789-abcdefghijkl",
  "ssm:/store": "canary-user:canary-password-98765",
};

const TRANSLATOR = `hub: { id: https://hub.example.edu, name: Example hub }
institution: https://www.example.edu
learners: { trust: signed, key: "ssm:/hub", pseudonyms: "ssm:/pseudonyms" }
`;

/** The lines of an endpoint's file, but for those that are given. */
const ENDPOINT: Readonly<Record<string, string>> = {
  title: "A store",
  protocol: "xapi",
  version: "1.0.3",
  auth: "{ scheme: basic, secret: ssm:/store }",
  limits: "{ concurrency: 2, timeout: 2s }",
  select: '{ translations: ["*"] }',
};

export interface Setting {
  /** Files of endpoints by their names, in some lines other than the usual ones. */
  readonly endpoints: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly translator?: string;
  readonly secrets?: Readonly<Record<string, string | Error | undefined>>;
  readonly service?: Partial<ExaminedService>;
  readonly parts?: Partial<DoctorParts>;
  readonly resolve?: Resolve;
  /** Messages by the queues' names; a queue that is undefined is not there. */
  readonly queues?: Readonly<Record<string, number | undefined>>;
}

const HASH = "0123456789abcdef";

const filesOf = ({ endpoints, translator = TRANSLATOR }: Setting): ExaminedFiles => {
  const read = readSettings("translator.yml", translator);
  assert.ok(!Array.isArray(read) && "settings" in read, JSON.stringify(read));
  const files = Object.entries(endpoints).map(([name, lines]) => {
    const text = Object.entries({ ...ENDPOINT, ...lines }).map(([key, value]) => `${key}: ${value}\n`);
    const file = readEndpoint(name, `endpoints/${name}.yml`, text.join(""));
    assert.ok("endpoint" in file, JSON.stringify(file));
    return { ...file, where: undefined };
  });
  return {
    settings: read.settings,
    endpoints: files.map(({ endpoint }) => endpoint),
    secrets: namedSecrets({ ...read, endpoints: files, sources: [] }),
    summary: "as it should be",
    hash: HASH,
    built: HASH,
  };
};

/** A service as it should be, but for what is given. */
const serviceWith = ({ secrets, queues = {}, service }: Setting): ExaminedService => {
  const values: typeof secrets = { ...SECRETS, ...secrets };
  return {
    kind: "deployed",
    told: "The stack is there.",
    hash: async () => HASH,
    status: async () => "UPDATE_COMPLETE",
    bucket: memoryBucket(),
    sandbox: undefined,
    queuesOf: (endpoint = "events") => ({ queue: endpoint, deadLetters: `${endpoint}-dead-letters` }),
    depth: async (queue) => (Object.hasOwn(queues, queue) ? queues[queue] : 0),
    secret: async (reference) => values[reference],
    clockAhead: () => 0,
    trouble: () => undefined,
    close: async () => {},
    ...service,
  };
};

/** What the doctor is given; test statements may be sent. */
export const partsOf = (setting: Setting): DoctorParts => ({
  stage: "prod",
  files: async () => filesOf(setting),
  service: async () => serviceWith(setting),
  maySend: async () => true,
  advice: () => "What to do about it.",
  // The endpoints of tests listen on this machine, and are to be taken for others.
  isHere: () => false,
  ...(setting.resolve !== undefined && { resolve: setting.resolve }),
  ...setting.parts,
});

/** Examines all of it. No finding may hold any part of a secret. */
export const examined = async (setting: Setting): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  for await (const finding of examine(partsOf(setting))) findings.push(finding);
  tellsNoSecret(findings);
  return findings;
};

/** The findings of one check. */
export const of = (check: Check, findings: readonly Finding[]): readonly Finding[] =>
  findings.filter((each) => each.check === check);

/** How a check ended, and what it said. */
export const only = (check: Check, findings: readonly Finding[]): Finding => {
  const [first, ...others] = of(check, findings);
  assert.ok(first !== undefined && others.length === 0, JSON.stringify(of(check, findings)));
  return first;
};

const tellsNoSecret = (findings: readonly Finding[]): void => {
  const text = JSON.stringify(findings);
  for (const value of Object.values(SECRETS))
    for (const piece of [value, ...value.split(":"), Buffer.from(value).toString("base64")])
      assert.ok(!text.includes(piece), text);
  assert.ok(!text.includes("canary"), text);
};
