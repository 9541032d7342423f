import { randomUUID } from "node:crypto";
import type { JsonObject } from "../../../src/event/json.ts";
import { SENSOR } from "../../support/delivering.ts";
import type { Manners } from "./at-store.ts";

/** A statement that is made bad, from a good one that the store has. */
export interface Bad {
  readonly status: (manners: Manners) => number;
  readonly from: (there: JsonObject) => JsonObject;
}

const malformed = ({ malformed }: Manners): number => malformed;

/** What every store refuses. */
export const worse: Readonly<Record<string, Bad>> = {
  "the id of another that is there, but says something else": {
    status: () => 409,
    from: (there) => ({ ...there, timestamp: "2026-11-22T01:07:50.000Z" }),
  },
  "the id of another that is there, but writes its time otherwise": {
    status: () => 409,
    from: (there) => ({ ...there, timestamp: String(there.timestamp).replace("Z", "+00:00") }),
  },
  "no verb": {
    status: malformed,
    from: ({ verb: _, ...rest }) => ({ ...rest, id: randomUUID() }),
  },
  "an actor whom two things identify": {
    status: malformed,
    from: (there) => {
      const account = { homePage: SENSOR, name: "pseudonym" };
      return { ...there, id: randomUUID(), actor: { mbox: "mailto:ada@example.edu", account } };
    },
  },
};

const changed =
  (changes: JsonObject): Bad["from"] =>
  (there) => ({ ...there, id: randomUUID(), ...changes });

/** What the standard forbids, and a store that is lax takes. */
export const forbidden: Readonly<Record<string, Bad>> = {
  "a verb that is no IRI": { status: malformed, from: changed({ verb: { id: "saved" } }) },
  "an object that is no IRI": { status: malformed, from: changed({ object: { id: "hw1.ipynb" } }) },
  "a time that is none": { status: malformed, from: changed({ timestamp: "yesterday" }) },
  "a property that no statement has": { status: malformed, from: changed({ course: "stat101" }) },
  "an extension that is no IRI": {
    status: malformed,
    from: changed({ context: { extensions: { cell: 3 } } }),
  },
};
