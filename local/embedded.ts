import { DatabaseSync } from "node:sqlite";
import { buildApp } from "fauxqs";
import { ACCOUNT, deadLetters, REGION } from "./names.ts";

/** SQS and S3, played over HTTP. */
export interface Embedded {
  readonly address: string;
  /** Makes a queue if there is none of that name; messages go to its dead-letter queue after `tries` receives. */
  makeQueue(name: string, attributes: QueueAttributes): void;
  makeBucket(name: string): void;
  stop(): Promise<void>;
}

export interface QueueAttributes {
  /** How long a received message stays hidden before it comes again, in seconds. */
  readonly visibility: number;
  readonly tries: number;
}

/**
 * Starts fauxqs, put together from its parts: as it starts itself, it listens on every address of this machine, and has
 * the disk confirm each step of each message, which takes longer than all the rest. It keeps queues and objects in
 * these folders, and listens on 127.0.0.1 only.
 */
export const embed = async (queues: string, objects: string): Promise<Embedded> => {
  const { sqsStore, snsStore, s3Store, persistence, files } = await openStores(queues, objects);
  const app = buildApp({ logger: false, stores: { sqsStore, snsStore, s3Store } });
  const address = await app.listen({ port: 0, host: "127.0.0.1" });
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await app.close();
    persistence.close();
    files.close();
  };
  const make = (name: string, attributes: Record<string, string>): void => {
    // Making a queue that exists would empty it.
    if (sqsStore.getQueueByName(name) === undefined)
      sqsStore.createQueue(name, `${address}/${ACCOUNT}/${name}`, arnOf(name), attributes);
  };
  return {
    address,
    makeQueue: (name, { visibility, tries }) => {
      make(deadLetters(name), {});
      make(name, {
        VisibilityTimeout: String(visibility),
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: arnOf(deadLetters(name)),
          maxReceiveCount: String(tries),
        }),
      });
    },
    makeBucket: (name) => {
      s3Store.createBucket(name);
    },
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
};

const arnOf = (name: string): string => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;

type Stores = Required<NonNullable<NonNullable<Parameters<typeof buildApp>[0]>["stores"]>>;
type Persistence = NonNullable<Stores["sqsStore"]["persistence"]>;
type Files = NonNullable<Stores["s3Store"]["persistence"]> & {
  loadS3(store: Stores["s3Store"]): void;
  close(): void;
};

/** What earlier runs have left is loaded before anything is kept, as loading would write it anew. */
const openStores = async (queues: string, objects: string) => {
  const [{ SqsStore }, { SnsStore }, { S3Store }, { PersistenceManager }, { FileS3Persistence }] =
    await Promise.all([
      part<{ readonly SqsStore: new () => Stores["sqsStore"] }>("sqs/sqsStore.js"),
      part<{ readonly SnsStore: new () => Stores["snsStore"] }>("sns/snsStore.js"),
      part<{ readonly S3Store: new () => Stores["s3Store"] }>("s3/s3Store.js"),
      part<{ readonly PersistenceManager: new (folder: string) => Persistence }>("persistence.js"),
      part<{ readonly FileS3Persistence: new (folder: string) => Files }>("s3/fileS3Persistence.js"),
    ]);
  const [sqsStore, snsStore, s3Store] = [new SqsStore(), new SnsStore(), new S3Store()];
  const persistence = new PersistenceManager(queues);
  leaveToSystem(persistence);
  persistence.loadSqsAndSns(sqsStore, snsStore);
  sqsStore.persistence = persistence;
  snsStore.persistence = persistence;
  for (const queue of sqsStore.allQueues()) queue.persistence = persistence;
  const files = new FileS3Persistence(objects);
  files.loadS3(s3Store);
  s3Store.persistence = files;
  return { sqsStore, snsStore, s3Store, persistence, files };
};

/** A module of fauxqs that it does not export by name. */
const part = <Module>(path: string): Promise<Module> =>
  import(new URL(path, import.meta.resolve("fauxqs")).href);

/**
 * What is written is the operating system's to bring to the disk. It outlives this process, however that ends; only
 * where the machine itself stops, the last steps may be undone, and then messages come again
 * (https://www.sqlite.org/pragma.html#pragma_synchronous). All steps of one request are one transaction, which is over
 * before the request is answered: an answer waits for a promise at least.
 */
const leaveToSystem = (persistence: Persistence): void => {
  const database: unknown = Reflect.get(persistence, "db");
  if (!(database instanceof DatabaseSync)) throw new Error("fauxqs keeps its queues in another way by now.");
  database.exec("PRAGMA synchronous = NORMAL");
  let isOpen = false;
  const begin = (): void => {
    if (isOpen) return;
    database.exec("BEGIN");
    isOpen = true;
    queueMicrotask(() => {
      isOpen = false;
      database.exec("COMMIT");
    });
  };
  const { insertMessage, deleteMessage, updateMessageInflight } = persistence;
  Object.assign(persistence, {
    insertMessage: (...step: Parameters<Persistence["insertMessage"]>) => {
      begin();
      insertMessage.apply(persistence, step);
    },
    deleteMessage: (...step: Parameters<Persistence["deleteMessage"]>) => {
      begin();
      deleteMessage.apply(persistence, step);
    },
    updateMessageInflight: (...step: Parameters<Persistence["updateMessageInflight"]>) => {
      begin();
      updateMessageInflight.apply(persistence, step);
    },
  });
};
