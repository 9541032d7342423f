import type { SchemaObject } from "ajv";
import type { Course } from "./context.ts";

/**
 * How a course is told where the token names none (translator.yml, `courses`): a pattern in which `{course}` stands for
 * the course's id and `*` for anything else.
 */
export type CourseRule = { readonly [Of in CourseClue]?: string } & {
  /** The courses that there are: every other name is no course. */
  readonly among?: readonly string[];
};

/** What a rule looks at: a path of the event, the name of the learner's server, a group of the hub. */
export type CourseClue = "path" | "server" | "group";

/** What is known of an event that may tell its course. */
export type Clues = { readonly [Of in CourseClue]: readonly string[] };

/** The course of an event by its clues, or undefined where no rule fits. */
export type CourseOf = (clues: Clues) => Course | undefined;

/** Compiles the rules; the first that fits tells the course. */
export const courseReader = (rules: readonly CourseRule[]): CourseOf => {
  const compiled = rules.flatMap((rule) =>
    CLUES.flatMap((clue) => {
      const pattern = rule[clue];
      if (pattern === undefined) return [];
      const among = rule.among && new Set(rule.among);
      return [{ clue, read: patternReader(pattern), isOne: (id: string) => among?.has(id) ?? true }];
    }),
  );
  // The same course is the same object, so that what is known of it is kept with it.
  const known = new Map<string, Course>();
  return (clues) => {
    for (const { clue, read, isOne } of compiled)
      for (const text of clues[clue]) {
        const id = read(text);
        if (id === undefined || !isOne(id)) continue;
        const course = known.get(id) ?? { id };
        if (known.size >= REMEMBERED) known.clear();
        known.set(id, course);
        return course;
      }
    return undefined;
  };
};

const CLUES: readonly CourseClue[] = ["path", "server", "group"];

/** Courses remembered: whoever names their folders could otherwise fill the memory. */
const REMEMBERED = 10_000;

const COURSE = "{course}";

/**
 * Reads the course's id out of a text, without a step back: whoever names their folders could make one that steps back
 * take for ever. `{course}` and `*` end where what follows them begins first, and go over no slash; but a `*` at the end
 * takes all the rest.
 */
const patternReader = (pattern: string): ((text: string) => string | undefined) => {
  const parts = pattern.split(WILDCARD);
  const last = parts.length - 1;
  return (text) => {
    let at = 0;
    let course: string | undefined;
    for (const [position, part] of parts.entries()) {
      if (part !== COURSE && part !== "*") {
        if (!text.startsWith(part, at)) return undefined;
        at += part.length;
        continue;
      }
      const end =
        position + 1 === last ? endOf(text, parts[last] ?? "") : text.indexOf(parts[position + 1] ?? "", at);
      const found = text.slice(at, end);
      if (end < at || (found.includes("/") && !(part === "*" && end === text.length))) return undefined;
      if (part === COURSE) course = found;
      at = end;
    }
    return at === text.length && course !== undefined && course !== "" && course.length <= LONGEST
      ? course
      : undefined;
  };
};

/** Where the last literal of a pattern would begin; nothing is at the very end. */
const endOf = (text: string, literal: string): number =>
  text.endsWith(literal) ? text.length - literal.length : -1;

const WILDCARD = /(\{course\}|\*)/;

/** No course's id is longer, whatever a folder is called. */
const LONGEST = 255;

/** `{course}` once, and something between it and each `*`: else nobody could tell where one ends. */
const PATTERN = {
  type: "string",
  pattern:
    "^(?=[^{}]*\\{course\\}[^{}]*$)(?!.*(\\*|\\{course\\})(\\*|\\{course\\}))[^\\u0000-\\u001f]{8,200}$",
  "x-message": "must hold {course} once, and something between it and each *",
};

export const COURSES_SHAPE: SchemaObject = {
  type: "array",
  maxItems: 50,
  description:
    "How the course is told where the learner's token names none: the first rule that fits. {course} stands for the course's id, * for anything else.",
  items: {
    type: "object",
    anyOf: [{ required: ["path"] }, { required: ["server"] }, { required: ["group"] }],
    "x-message": "needs path, server or group: what tells the course",
    if: { required: ["path"] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, not a promise.
    then: { required: ["among"] },
    additionalProperties: false,
    properties: {
      among: {
        type: "array",
        minItems: 1,
        items: { type: "string", minLength: 1 },
        description:
          "The courses that there are; every other name is no course. Needed for path, as learners name their own folders.",
        examples: [["stat101", "data8"]],
      },
      path: {
        ...PATTERN,
        description: "Of a file's path below the learner's home.",
        examples: ["{course}/*"],
      },
      server: { ...PATTERN, description: "Of the name of the learner's server.", examples: ["{course}"] },
      group: {
        ...PATTERN,
        description: "Of a group of the hub, as the token has them.",
        examples: ["course::{course}::*"],
      },
    },
  },
};
