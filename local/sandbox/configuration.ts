import type { Answer } from "./answer.ts";
import type { Rule } from "./rules.ts";
import { ABOVE_ZERO, DELAY, FLAG, readSettings, STATUS } from "./rules.ts";
import { isIri, isObject } from "./shape.ts";
import { SUPPORTED } from "./versions.ts";

/** What GET on a Caliper store answers (Caliper 1.2, Endpoint Configuration), and how. POST knows only the limits. */
export interface ConfigurationBehaviour {
  /** The maximum payload that it states, in KB of 1024 bytes. A larger POST is answered 413. */
  readonly payloadKB?: number;
  /** The versions that it states. A POST of another version is answered 422. */
  readonly versions?: readonly string[];
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** How the properties are spelt: the standard's published example has snake_case. Without it: camelCase. */
  readonly spelling?: "camelCase" | "snake_case";
  /** Takes the configuration away: 404 or 405, for example, whoever asks. */
  readonly status?: number;
  /** Sent instead of the configuration: a text as it is, anything else as JSON. */
  readonly answer?: unknown;
  /** Waits this long (milliseconds) before it answers. */
  readonly delayMs?: number;
  /** Never answers, until the behaviour changes or the server stops. */
  readonly hang?: boolean;
}

const RULES: Readonly<Record<keyof ConfigurationBehaviour, Rule>> = {
  payloadKB: ABOVE_ZERO,
  versions: {
    holds: (value) => Array.isArray(value) && value.every(isIri),
    must: "an array of IRIs",
  },
  extensions: { holds: isObject, must: "an object" },
  spelling: {
    holds: (value) => value === "camelCase" || value === "snake_case",
    must: "camelCase or snake_case",
  },
  status: STATUS,
  answer: { holds: () => true, must: "anything" },
  delayMs: DELAY,
  hang: FLAG,
};

/** Reads the part `configuration` of a behaviour. Throws a Refusal (400) where it makes no sense. */
export const readConfiguration = (value: unknown, at: string): ConfigurationBehaviour =>
  readSettings(value, RULES, at, "configuration");

/** The answer to GET, where `bytes` is the limit that holds without a stated one. */
export const answerConfiguration = (told: ConfigurationBehaviour, bytes: number): Answer => {
  const status = told.status ?? 200;
  if (told.answer !== undefined) {
    return { status, ...(typeof told.answer === "string" ? { text: told.answer } : { json: told.answer }) };
  }
  if (status > 299) {
    return {
      status,
      ...(status === 405 ? { headers: { Allow: "POST" } } : {}),
      json: { error: `This sandbox was told to answer ${status}.`, at: "" },
    };
  }
  return { status, json: Object.fromEntries(describe(told, bytes).map(spelt(told.spelling))) };
};

const describe = (told: ConfigurationBehaviour, bytes: number): readonly (readonly [string, unknown])[] => [
  ["caliperMaximumPayloadSize", told.payloadKB ?? Math.floor(bytes / 1024)],
  ["caliperSupportedVersions", told.versions ?? SUPPORTED],
  ["caliperSupportedExtensions", told.extensions ?? { sandbox: "for local runs and tests only" }],
];

const spelt =
  (spelling: ConfigurationBehaviour["spelling"]) =>
  ([key, value]: readonly [string, unknown]): readonly [string, unknown] => [
    spelling === "snake_case" ? key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : key,
    value,
  ];
