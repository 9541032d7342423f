import type { SchemaObject } from "ajv";

/** What the site leaves to its learners (translator.yml, `consent`). */
export interface ConsentPolicy {
  /**
   * `opt-in`: nothing of a learner who has not agreed; `opt-out`: nothing of one who has said no; `required-by-site`:
   * learners are told, but have no choice.
   */
  readonly policy: "opt-in" | "opt-out" | "required-by-site";
  /** Whether a learner may choose for each endpoint. */
  readonly perEndpoint: boolean;
  /** Why the site collects, in its own words, for its learners to read. */
  readonly purpose?: string;
}

/** Without a word of the site, nobody is collected who has not agreed. */
const DEFAULT: ConsentPolicy = { policy: "opt-in", perEndpoint: false };

export const readConsentPolicy = (written: Partial<ConsentPolicy> = {}): ConsentPolicy => ({
  ...DEFAULT,
  ...written,
});

export const CONSENT_SHAPE: SchemaObject = {
  type: "object",
  description: "What learners may choose. See docs/learners.md.",
  additionalProperties: false,
  properties: {
    policy: {
      enum: ["opt-in", "opt-out", "required-by-site"],
      enumDescriptions: [
        "Only those who have agreed are collected.",
        "Everybody is collected who has not said no.",
        "Everybody is collected: learners are told, but have no choice.",
      ],
      default: DEFAULT.policy,
      description: "Whose events are collected.",
    },
    purpose: {
      type: "string",
      minLength: 1,
      maxLength: 2000,
      description: "Why you collect, in your own words: the learners' own page says it.",
      examples: ["Teachers see which exercises are hard, and offer help."],
    },
    perEndpoint: {
      type: "boolean",
      default: DEFAULT.perEndpoint,
      description: "Whether learners may say no to single endpoints.",
    },
  },
};
