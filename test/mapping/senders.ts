import fc from "fast-check";
import type { LearnerContext } from "../../src/learner/context.ts";
import { INITIATORS } from "../../src/learner/initiator.ts";
import type { Sender } from "../../src/learner/sender.ts";
import { hostileText } from "./expressions.ts";

const name = hostileText.map((each) => each || "ada");

const course = fc.record(
  {
    id: fc.oneof(
      hostileText,
      fc.constantFrom("stat101", "https://lms.example.edu/c/1", "urn:lms:1", "http://"),
    ),
    label: hostileText,
    title: hostileText,
  },
  { requiredKeys: ["id"] },
);

const LIS = "http://purl.imsglobal.org/vocab/lis/v2";

const roles = fc.array(
  fc.oneof(
    hostileText,
    fc.constantFrom(
      "Learner",
      `${LIS}/membership#Learner`,
      `${LIS}/membership/Instructor#TeachingAssistant`,
      "TeachingAssistant",
      "constructor",
    ),
  ),
  { maxLength: 3 },
);

const session = fc.record(
  { id: name, started: fc.constant("2026-01-15T10:00:00.000Z") },
  { requiredKeys: ["id"] },
);

const launch = fc.record(
  {
    session: fc.oneof(name, fc.constantFrom("https://lms.example.edu/s/1", "http://", "a b:c")),
    resource: fc.record({ id: hostileText, title: hostileText }, { requiredKeys: ["id"] }),
  },
  { requiredKeys: ["session"] },
);

const context: fc.Arbitrary<LearnerContext> = fc.record(
  {
    subject: name,
    role: fc.constantFrom("learner" as const, "service" as const),
    server: hostileText,
    course,
    roles,
    groups: fc.array(name, { maxLength: 3 }),
    session,
    launch,
    initiator: fc.constantFrom(...INITIATORS),
    proven: fc.boolean(),
  },
  { requiredKeys: ["subject", "role", "roles", "groups", "proven"] },
);

/** Senders of every role, with and without what a token may say besides; or none. */
export const senders: fc.Arbitrary<Sender> = fc.option(context, { nil: undefined, freq: 12 });
