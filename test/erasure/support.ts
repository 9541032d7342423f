import { hash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { type Bucket, type EditableBucket, isArchived, prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { failedLine, quarantineLine, rawLine, receiptLine } from "../../src/archive/records.ts";
import { unpack } from "../../src/delivery/pack.ts";
import type { Endpoint } from "../../src/endpoint/endpoint.ts";
import type { EraseParts } from "../../src/erasure/erase.ts";
import { erasureName } from "../../src/erasure/job.ts";
import type { ListedStatement } from "../../src/erasure/tell.ts";
import { type EventId, statementId } from "../../src/event/id.ts";
import { endpointSecrets } from "../../src/learner/pseudonym.ts";
import { learnerTags } from "../../src/learner/tag.ts";
import { ledgerLine, type Made } from "../../src/ledger/ledger.ts";
import { PSEUDONYM_KEY } from "../support/tokens.ts";

export const KEY = PSEUDONYM_KEY;
export const LRS = "campus-lrs";
export const CALIPER = "campus-caliper";
export const ENDPOINTS = [LRS, CALIPER];
export const tagOf = learnerTags(KEY);

const batch: Endpoint["batch"] = { events: 50, bytes: 512 * 1024, wait: 0 };
const TRANSLATION = "jupyter-server/contents:saved";
const HASH = "0123456789ab";

/** What a learner did, and what became of it at each endpoint. */
export interface Act {
  readonly username: string;
  /** Tells acts apart. */
  readonly number: number;
  readonly arrived: string;
  /** Without an end, its statements are delivered to both endpoints. */
  readonly end?: "waiting" | "setAside" | "conflict" | "quarantined" | "forged";
}

/** What all ids of a learner begin with here, so that they are told from others' at a glance. */
export const idsBegin = (username: string): string => {
  const known = begins.get(username) ?? `${hash("sha256", username).slice(0, 8)}-`;
  begins.set(username, known);
  return known;
};
const begins = new Map<string, string>();

const idOf = ({ username, number }: Act, what: string): string => {
  const hex = hash("sha256", `${username} ${number} ${what}`);
  return `${idsBegin(username)}${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

export const eventOf = (act: Act): string => idOf(act, "event");
export const statementOf = (act: Act, endpoint: string): string => idOf(act, endpoint);

/** The id of what voids a statement at the store. */
export const voidingOf = (id: string): string =>
  statementId(endpointSecrets(KEY, LRS).statements, id as EventId, "voids", 0);

/** Writes what came in one batch, as the functions do. */
export const archiveBatch = async (bucket: Bucket, acts: readonly Act[]): Promise<void> => {
  const accepted = acts.filter(({ end }) => end !== "quarantined" && end !== "forged");
  const refused = acts.filter((act) => !accepted.includes(act));
  const madeOf = (act: Act): Record<string, Made> =>
    Object.fromEntries(ENDPOINTS.map((each) => [each, [statementOf(act, each)]]));
  await Promise.all([
    writeLines(
      bucket,
      prefixOf("raw"),
      accepted.map((act) =>
        rawLine(eventOf(act), act.arrived, "jupyter-server/contents", learnerOf(act), eventText(act)),
      ),
    ),
    writeLines(
      bucket,
      prefixOf("ledger"),
      accepted.map((act) =>
        ledgerLine(act.arrived, { event: eventOf(act), to: madeOf(act), learner: tagOf(act.username) }),
      ),
    ),
    writeLines(bucket, prefixOf("quarantine"), refused.map(refusedLine)),
    ...ENDPOINTS.map((endpoint) => archiveEnds(bucket, endpoint, accepted)),
  ]);
};

/** Writes how the statements of acts ended at an endpoint. */
export const archiveEnds = async (bucket: Bucket, endpoint: string, acts: readonly Act[]): Promise<void> => {
  const about = (act: Act) => ({
    id: statementOf(act, endpoint),
    event: eventOf(act),
    learner: tagOf(act.username),
    translation: TRANSLATION,
    mappingHash: HASH,
    at: act.arrived,
  });
  const delivered = acts.filter(({ end }) => end === undefined);
  const failed = acts.filter(({ end }) => end === "setAside" || end === "conflict");
  await Promise.all([
    writeLines(
      bucket,
      prefixOf("receipts", endpoint),
      delivered.map((act) => receiptLine({ ...about(act), status: 200 })),
    ),
    writeLines(
      bucket,
      prefixOf("failed", endpoint),
      failed.map((act) =>
        failedLine({
          ...about(act),
          endpoint,
          mapping: "jupyter-server/contents",
          class: "setAside",
          reason: act.end === "conflict" ? "endpoint.conflict" : "endpoint.refused",
          detail: "The endpoint refused it.",
          status: act.end === "conflict" ? 409 : 400,
          statement: { id: statementOf(act, endpoint), actor: "pseudonym" },
        }),
      ),
    ),
  ]);
};

const learnerOf = ({ username }: Act) => ({
  username,
  tag: tagOf(username),
  roles: ["Learner"],
  proven: true,
  sender: { role: "learner" as const },
});

const eventText = ({ number, arrived }: Act): string =>
  JSON.stringify({
    __schema__: "https://events.jupyter.org/jupyter_server/contents_service/v1",
    __timestamp__: arrived,
    action: "save",
    path: `homework/${number}.ipynb`,
  });

const refusedLine = (act: Act) =>
  quarantineLine({
    id: eventOf(act),
    arrived: act.arrived,
    reason: act.end === "forged" ? "identity.forged" : "schema.invalid",
    detail: "It does not fit.",
    // Of what is forged, nothing but its own word says whose it is.
    ...(act.end === "forged" ? {} : { learner: tagOf(act.username) }),
    text: JSON.stringify({ username: act.username, number: act.number, path: 'résumé \u2028 "x"' }),
  });

/** What an erasure of a learner needs, with a queue that remembers what it got. */
export const erasing = (bucket: EditableBucket, username: string, changes: Partial<EraseParts> = {}) => {
  const sent: string[] = [];
  const bodies: string[] = [];
  const listed: ListedStatement[] = [];
  const said: string[] = [];
  const parts: EraseParts = {
    bucket,
    who: { username, tags: [tagOf(username)] },
    names: [erasureName(KEY, username)],
    retention: { raw: 400, quarantine: 400, failed: 400, receipts: 400, ledger: 400 },
    hub: "https://hub.example.edu",
    endpoints: [
      { name: LRS, protocol: "xapi", batch },
      { name: CALIPER, protocol: "caliper", batch },
    ],
    keys: [KEY],
    send: async (_, messages) => {
      bodies.push(...messages);
      sent.push(...messages.flatMap((body) => unpack(body).statements.map(({ id }) => id)));
      return messages.map(() => true);
    },
    stop: async () => {
      said.push("stop");
    },
    forget: async () => {
      said.push("forget");
    },
    handOver: async (statements) => {
      listed.push(...statements);
    },
    now: () => new Date("2026-11-22T20:00:00.000Z"),
    ...changes,
  };
  return { parts, sent, bodies, listed, said };
};

/** A bucket that counts which objects of the archive are read, and can be cut off after so many operations. */
export const watched = (bucket: EditableBucket, most = Number.POSITIVE_INFINITY) => {
  const read = new Set<string>();
  let left = most;
  let isAfter = false;
  /** The last operation before the end may be done, and nobody hear of it. */
  const step = async <T>(run: () => Promise<T>): Promise<T> => {
    if (left-- <= 0) {
      if (left === -1 && isAfter) await run();
      throw new Error("CutOff");
    }
    return run();
  };
  const own: EditableBucket = {
    put: (...args) => step(() => bucket.put(...args)),
    get: (key) => {
      if (isArchived(key)) read.add(key);
      return step(() => bucket.get(key));
    },
    find: (key) => {
      if (isArchived(key)) read.add(key);
      return step(() => bucket.find(key));
    },
    replace: (key, body, version) => step(() => bucket.replace(key, body, version)),
    remove: (key) => step(() => bucket.remove(key)),
    removeEarlier: (key) => step(() => bucket.removeEarlier(key)),
    discard: (gone) => step(() => bucket.discard(gone)),
    discarded: async function* (prefix) {
      await step(async () => {});
      yield* bucket.discarded(prefix);
    },
    open: (key) => {
      read.add(key);
      return step(() => bucket.open(key));
    },
    list: async function* (prefix) {
      await step(async () => {});
      yield* bucket.list(prefix);
    },
  };
  return {
    bucket: own,
    reads: () => read.size,
    /** Operations that are left before it is cut off. */
    left: () => left,
    lateBy: (after: boolean) => {
      isAfter = after;
    },
  };
};

/** Every line of the archive, with the folder of its object. */
export const linesIn = (objects: ReadonlyMap<string, Uint8Array>): readonly string[] =>
  [...objects].flatMap(([key, body]) =>
    key.endsWith(".ndjson.gz")
      ? textOf(body)
          .split("\n")
          .flatMap((line) => (line === "" ? [] : [`${key.slice(0, key.lastIndexOf("/"))} ${line}`]))
      : [],
  );

export const textOf = (body: Uint8Array): string => gunzipSync(body).toString("utf8");
