import type { SchemaObject } from "ajv";
import type { Document } from "../document/document.ts";
import type { Problem } from "../document/problem.ts";
import { DURATION, milliseconds } from "../document/quantity.ts";

/** When somebody is told that the service needs them, and who (translator.yml, `alarms`). */
export interface AlarmPolicy {
  /** The addresses that AWS mails to; each must confirm it once. */
  readonly mail: readonly string[];
  /** Whether a test event goes the whole way every five minutes. */
  readonly probe: boolean;
  /** How long the oldest message of an endpoint may wait, in milliseconds. */
  readonly waiting: number;
  /** Which share of an hour's events may be quarantined, from 0 to 1. */
  readonly quarantined: number;
  /** When there should be events; without it, nobody is told that there are none. */
  readonly busy?: BusyHours;
}

/** In universal time, as CloudWatch knows no other. */
export interface BusyHours {
  /** The first and the last day of the week: 1 is Monday, 7 Sunday. */
  readonly days: readonly [first: number, last: number];
  /** From the beginning of one hour to the beginning of another, from 0 to 24. */
  readonly hours: readonly [from: number, to: number];
}

interface WrittenAlarms {
  readonly mail?: readonly string[];
  readonly probe?: boolean;
  readonly waiting?: string;
  readonly quarantined?: string;
  readonly busy?: { readonly days?: string; readonly hours: string };
}

const WAITING = "6h";
const QUARANTINED = "5%";
const WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const DAYS = "mon-fri";

const day = `(${WEEK.join("|")})`;

export const ALARMS_SHAPE: SchemaObject = {
  type: "object",
  description: "When somebody is told that the service needs them, and who. See docs/alarms.md.",
  additionalProperties: false,
  properties: {
    mail: {
      type: "array",
      uniqueItems: true,
      maxItems: 20,
      description: "Who is told by mail. AWS asks each address once whether it wants that.",
      items: {
        type: "string",
        maxLength: 254,
        pattern: "^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+$",
        "x-message": "must be a mail address such as lms-team@example.edu",
      },
      examples: [["lms-team@example.edu"]],
    },
    probe: {
      type: "boolean",
      default: true,
      description:
        "Whether a test event goes the whole way every five minutes, to a test target of the stack's own, and its time is measured.",
    },
    waiting: {
      ...DURATION,
      default: WAITING,
      description: "How long a statement may wait for an endpoint before somebody is told: 1m to 13d.",
    },
    quarantined: {
      type: "string",
      pattern: "^([1-9]|[1-9][0-9]|100)%$",
      "x-message": "must be a share from 1% to 100%",
      default: QUARANTINED,
      description: "Which share of an hour's events may be quarantined before somebody is told.",
    },
    busy: {
      type: "object",
      description:
        "When there should be events, in universal time (UTC): an hour without any is told then. Without it, none is.",
      required: ["hours"],
      additionalProperties: false,
      properties: {
        days: {
          type: "string",
          pattern: `^${day}(-${day})?$`,
          "x-message": "must be days of the week such as mon-fri, or one such as sat",
          default: DAYS,
          description: "From which day of the week to which.",
        },
        hours: {
          type: "string",
          pattern: "^([01]?[0-9]|2[0-3])-([01]?[0-9]|2[0-4])$",
          "x-message":
            "must be hours such as 7-19: from the beginning of the first to the beginning of the second",
          description: "From the beginning of one hour to the beginning of another, in UTC.",
          examples: ["7-19"],
        },
      },
    },
  },
};

/** What no shape can tell: hours and days that end before they begin, and a wait that no queue allows. */
export const alarmProblems = (
  document: Document,
  { waiting, busy }: WrittenAlarms = {},
): readonly Problem[] => {
  const problems: Problem[] = [];
  const found = (path: readonly string[], message: string): void => {
    problems.push(document.problem(["alarms", ...path], message));
  };
  const wait = milliseconds(waiting ?? WAITING);
  if (wait < MINUTE || wait > LONGEST_WAIT)
    found(["waiting"], "The wait is from 1m to 13d: after that, what waits is set aside anyway.");
  if (busy === undefined) return problems;
  const { days, hours } = readBusy(busy);
  if (days[1] < days[0]) found(["busy", "days"], "The week begins on Monday: name the earlier day first.");
  if (hours[1] <= hours[0])
    found(["busy", "hours"], "The hours end before they begin. They are those of one day, in UTC.");
  return problems;
};

const MINUTE = 60_000;
/** After so long, what waits is set aside: docs/delivery.md. */
const LONGEST_WAIT = 13 * 86_400_000;

export const readAlarmPolicy = ({
  mail = [],
  probe = true,
  waiting = WAITING,
  quarantined = QUARANTINED,
  busy,
}: WrittenAlarms = {}): AlarmPolicy => ({
  mail,
  probe,
  waiting: milliseconds(waiting),
  quarantined: Number(quarantined.replace("%", "")) / 100,
  ...(busy !== undefined && { busy: readBusy(busy) }),
});

const readBusy = ({ days = DAYS, hours }: NonNullable<WrittenAlarms["busy"]>): BusyHours => {
  const [first = "", last = first] = days.split("-");
  const [from, to] = hours.split("-");
  return { days: [dayOf(first), dayOf(last)], hours: [Number(from), Number(to)] };
};

const dayOf = (name: string): number => WEEK.indexOf(name) + 1;
