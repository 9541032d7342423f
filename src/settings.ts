import type { SchemaObject } from "ajv";
import { ALARMS_SHAPE, type AlarmPolicy, alarmProblems, readAlarmPolicy } from "./alarms/policy.ts";
import { isDay } from "./archive/days.ts";
import { CONSENT_SHAPE, type ConsentPolicy, readConsentPolicy } from "./consent/policy.ts";
import { type Document, readDocument } from "./document/document.ts";
import { isIri } from "./document/iri.ts";
import type { Problem } from "./document/problem.ts";
import { DURATION, milliseconds } from "./document/quantity.ts";
import { checkShape } from "./document/shape.ts";
import { INGEST_SHAPE, type IngestPolicy, ingestProblems, readIngestPolicy } from "./ingest/policy.ts";
import { COURSES_SHAPE, type CourseRule } from "./learner/course-rules.ts";
import {
  PSEUDONYMS_SHAPE,
  type PseudonymSecrets,
  readPseudonyms,
  type WrittenPseudonyms,
} from "./learner/pseudonym-keys.ts";
import { readTrust, TRUST_NEEDS, TRUST_SHAPE, type Trust, type WrittenTrust } from "./learner/trust.ts";
import { QUERIES_SHAPE, type QueryPolicy, readQueryPolicy } from "./queries/policy.ts";

/** What `translator.yml` says: who we are, whom we trust, what learners may choose, how long the archive keeps. */
export interface Settings {
  readonly hub: Hub;
  /** The institution's home page: courses are named below it. */
  readonly institution: string;
  /** The LMS's home page: learners whom an endpoint knows by the LMS's own names are named below it. */
  readonly lms?: string;
  readonly trust: Trust;
  readonly pseudonyms: PseudonymSecrets;
  readonly courses: readonly CourseRule[];
  readonly consent: ConsentPolicy;
  readonly ingest: IngestPolicy;
  /** Days, for each part of the archive. */
  readonly retention: Readonly<Record<ArchivePart, number>>;
  readonly queries: QueryPolicy;
  readonly alarms: AlarmPolicy;
}

export interface Hub {
  /** The IRI by which stores know the hub, and which stands at the beginning of the ids of files and learners. */
  readonly id: string;
  readonly name: string;
}

export type ArchivePart = "raw" | "quarantine" | "failed" | "receipts" | "ledger";

const RETENTION: Readonly<Record<ArchivePart, string>> = {
  raw: "400d",
  quarantine: "14d",
  failed: "90d",
  receipts: "400d",
  ledger: "400d",
};

const PARTS: Readonly<Record<ArchivePart, string>> = {
  raw: "Events as they came in.",
  quarantine:
    "What could not be read or trusted. Not all of it can be known for what it is, so it is kept for a short time.",
  failed: "Statements that an endpoint refused, with its answer.",
  receipts: "What was delivered, when, and with which answer.",
  ledger: "How many events came in, and what became of them.",
};

const page = { type: "string", format: "https-url" };

/** What `translator.yml` may hold; an editor's JSON Schema is made from it. */
export const SHAPE: SchemaObject = {
  type: "object",
  title: "The translator",
  description: "Who we are, whom we trust, what learners may choose, and how long the archive keeps.",
  required: ["hub", "institution", "learners"],
  additionalProperties: false,
  properties: {
    hub: {
      type: "object",
      description: "The JupyterHub that events come from.",
      required: ["id", "name"],
      additionalProperties: false,
      properties: {
        id: {
          ...page,
          description: "The IRI by which learning systems know the hub; never change it once you deliver.",
          examples: ["https://hub.example.edu"],
        },
        name: { type: "string", minLength: 1, description: "What people call the hub." },
      },
    },
    institution: {
      ...page,
      description: "The institution's home page; courses are named below it.",
      examples: ["https://www.example.edu"],
    },
    lms: {
      ...page,
      description:
        "The LMS's home page. Learners are named below it where an endpoint's file says learners: lms.",
      examples: ["https://lms.example.edu"],
    },
    learners: {
      type: "object",
      description: "How learners are known.",
      required: ["pseudonyms"],
      additionalProperties: false,
      properties: {
        ...TRUST_SHAPE,
        pseudonyms: PSEUDONYMS_SHAPE,
      },
      allOf: TRUST_NEEDS,
    },
    courses: COURSES_SHAPE,
    consent: CONSENT_SHAPE,
    ingest: INGEST_SHAPE,
    archive: {
      type: "object",
      description: "How long each part of the bucket is kept.",
      additionalProperties: false,
      properties: Object.fromEntries(
        Object.entries(RETENTION).map(([part, time]) => [
          part,
          { ...DURATION, default: time, description: PARTS[part as ArchivePart] },
        ]),
      ),
    },
    queries: QUERIES_SHAPE,
    alarms: ALARMS_SHAPE,
  },
};

interface Written {
  readonly hub: Hub;
  readonly institution: string;
  readonly lms?: string;
  readonly learners: WrittenTrust & { readonly pseudonyms: WrittenPseudonyms };
  readonly courses?: readonly CourseRule[];
  readonly consent?: Partial<ConsentPolicy>;
  readonly ingest?: Partial<IngestPolicy>;
  readonly archive?: Partial<Record<ArchivePart, string>>;
  readonly queries?: Parameters<typeof readQueryPolicy>[0];
  readonly alarms?: Parameters<typeof readAlarmPolicy>[0];
}

/** Reads `translator.yml`. */
export const readSettings = (
  file: string,
  text: string,
): { readonly document: Document; readonly settings: Settings } | readonly Problem[] => {
  const document = readDocument(file, text);
  const problems = checkShape(document, SHAPE);
  if (problems.length > 0) return problems;
  const written = document.value as Written;
  const { hub, institution, lms, learners, courses = [], consent, ingest, archive } = written;
  const wrong = [
    ...iriProblems(document),
    ...keyProblems(document),
    ...ingestProblems(document, ingest, learners.trust),
    ...alarmProblems(document, written.alarms),
  ];
  if (wrong.length > 0) return wrong;
  const days = (part: ArchivePart): number =>
    Math.ceil(milliseconds(archive?.[part] ?? RETENTION[part]) / 86_400_000);
  return {
    document,
    settings: {
      hub: { id: hub.id.replace(/\/$/, ""), name: hub.name },
      institution: institution.replace(/\/$/, ""),
      ...(lms !== undefined && { lms: lms.replace(/\/$/, "") }),
      trust: readTrust(learners),
      pseudonyms: readPseudonyms(learners.pseudonyms),
      courses,
      consent: readConsentPolicy(consent),
      ingest: readIngestPolicy(ingest),
      retention: {
        raw: days("raw"),
        quarantine: days("quarantine"),
        failed: days("failed"),
        receipts: days("receipts"),
        ledger: days("ledger"),
      },
      queries: readQueryPolicy(written.queries),
      alarms: readAlarmPolicy(written.alarms),
    },
  };
};

/** What names of files, learners and courses begin with is an IRI, by a stricter rule than that of browsers. */
const iriProblems = (document: Document): readonly Problem[] => {
  const { hub, institution, lms } = document.value as Written;
  const named = [
    { path: ["hub", "id"], iri: hub.id },
    { path: ["institution"], iri: institution },
    ...(lms === undefined ? [] : [{ path: ["lms"], iri: lms }]),
  ];
  return named.flatMap(({ path, iri }) =>
    isIri(iri)
      ? []
      : [
          document.problem(
            path,
            `"${path.join(".")}" must be an IRI: a space and the like are written as %20.`,
          ),
        ],
  );
};

/** A day that the calendar has not would be no day for the pseudonyms either; nor is a key its own successor. */
const keyProblems = (document: Document): readonly Problem[] => {
  const { pseudonyms } = (document.value as Written).learners;
  if (typeof pseudonyms === "string") return [];
  const path = ["learners", "pseudonyms"];
  return [
    ...(isDay(pseudonyms.since)
      ? []
      : [document.problem([...path, "since"], `"since" is no day of the calendar.`)]),
    ...(pseudonyms.key === pseudonyms.former
      ? [document.problem([...path, "former"], "The former key is another secret than the new one.")]
      : []),
  ];
};
