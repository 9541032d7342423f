import { readFile } from "node:fs/promises";
import { CannotRun } from "../src/cannot-run.ts";
import { type Attributes, attributed, type Origin, signedAlready, signing } from "../src/imports/sign.ts";
import type { LearnerContext } from "../src/learner/context.ts";
import { senderReader } from "../src/learner/sender.ts";
import type { AttributesTrust, Trust } from "../src/learner/trust.ts";
import { Misuse } from "../src/misuse.ts";
import type { Stage } from "../stage/stage.ts";

/** Who the events are from, as the options say. */
export interface SenderOptions {
  readonly token?: string | undefined;
  readonly service?: string | undefined;
  readonly learner?: string | undefined;
  readonly server?: string | undefined;
  readonly course?: string | undefined;
}

/** The same, for `parseArguments`. */
export const senderOptions = {
  token: { type: "string" },
  service: { type: "string" },
  learner: { type: "string" },
  server: { type: "string" },
  course: { type: "string" },
} as const;

/** Who the events are from, as the translator will read it of their messages. */
export interface ImportSender {
  readonly attributes: Attributes;
  /** Undefined where a site that trusts attributes is told nobody. */
  readonly context: LearnerContext | undefined;
  /** What the events' ids and courses depend on. */
  readonly origin: Origin | undefined;
}

/** Throws Misuse where the options do not fit the way in which the site trusts. */
export const checkSender = (options: SenderOptions, trust: Trust): void => {
  const { token, service, learner, server, course } = options;
  for (const [name, value] of Object.entries({ token, service, learner, course }))
    if (value === "") throw new Misuse(`--${name} is empty.`);
  const named = [token, service, learner].filter((each) => each !== undefined).length;
  if (named > 1) throw new Misuse("--token, --service and --learner exclude each other.");
  if (server !== undefined && learner === undefined) throw new Misuse("--server goes with --learner.");
  if (course !== undefined && token !== undefined)
    throw new Misuse("The token says in which course it is; leave --course away.");
  if (trust.trust === "attributes") checkAttributes(options, trust);
  else if (named === 0) throw new Misuse(WHO);
};

const WHO =
  "Say who the events are from: --service NAME where they name their learners themselves, --learner USER for the log of a learner's server, or --token FILE with a token of the hub's.";

const checkAttributes = (
  { token, service, server, learner, course }: SenderOptions,
  trust: AttributesTrust,
): void => {
  if (token !== undefined || service !== undefined || server !== undefined)
    throw new Misuse(
      "This site trusts attributes, and nothing is signed: --learner USER, or nothing where the events name their learners themselves.",
    );
  if (course !== undefined && (trust.course === undefined || learner === undefined))
    throw new Misuse(
      "--course goes with --learner, where translator.yml names an attribute for courses (learners.attributes).",
    );
};

/** Makes what messages say of their sender. Throws CannotRun where it would not be believed. */
export const senderOf = async (
  stage: Pick<Stage, "secret">,
  trust: Trust,
  options: SenderOptions,
): Promise<ImportSender> => {
  if (trust.trust === "attributes") {
    const origin = originOf(options);
    const attributes = attributed(trust, origin);
    return { attributes, origin, context: await read(trust, {}, attributes) };
  }
  const secrets: Record<string, string> = {};
  for (const { secret } of trust.keys) secrets[secret] = await stage.secret(secret);
  if (options.token !== undefined) {
    const attributes = await tokenIn(options.token);
    const context = await read(trust, secrets, attributes);
    return { attributes, context, origin: context };
  }
  const origin = originOf(options);
  const key = trust.keys.find(({ algorithm }) => algorithm === "HS256");
  if (key === undefined || origin === undefined)
    throw new CannotRun(
      "translator.yml names public keys only, and nothing here can sign with them. Have the hub sign a token, and name its file: --token FILE.",
    );
  const attributes = signing(origin, { id: key.id, value: secrets[key.secret] ?? "" });
  return { attributes, origin, context: await read(trust, secrets, attributes) };
};

const originOf = ({ service, learner, server, course }: SenderOptions): Origin | undefined => {
  const subject = service ?? learner;
  return subject === undefined
    ? undefined
    : {
        role: service === undefined ? "learner" : "service",
        subject,
        // The hub's own word for the server that has no name.
        server: server === "" ? undefined : server,
        ...(course !== undefined && { course: { id: course } }),
      };
};

/** A token is three parts in base64url, whatever stands around it. */
const tokenIn = async (file: string): Promise<Attributes> => {
  const text = await readFile(file, "utf8").catch(() => {
    throw new Misuse(`The file ${file} cannot be read.`);
  });
  try {
    return signedAlready(text.trim());
  } catch {
    throw new Misuse(`There is no token in ${file}: three parts in base64url, with dots between them.`);
  }
};

/** Reads the sender exactly as the translator will. */
const read = async (
  trust: Trust,
  secrets: Readonly<Record<string, string>>,
  attributes: Attributes,
): Promise<LearnerContext | undefined> => {
  const sender = await attempt(async () => senderReader(trust, secrets)(await attributes(), Date.now()));
  if (sender !== undefined && "reason" in sender)
    throw new CannotRun(`Events would not be believed. ${sender.detail}`);
  return sender;
};

/** What is wrong with a key is told by an error, and none of them holds a secret. */
const attempt = async <T>(run: () => Promise<T>): Promise<T> => {
  try {
    return await run();
  } catch (error) {
    throw new CannotRun(error instanceof Error ? error.message : String(error));
  }
};
