import type { Path } from "../../../src/document/document.ts";
import { activityTypes, verbs } from "../../../src/xapi/vocabulary.ts";
import { type Choice, type Fitting, key, NOTHING, word } from "./choice.ts";

/** What a mapping's `xapi` side may say at a path below it. */
export const fittingXapi = (path: Path): Fitting => {
  const found = path.reduce<Node | undefined>(
    (at, step) =>
      typeof step === "number"
        ? at?.each
        : at?.keys && Object.hasOwn(at.keys, step)
          ? at.keys[step]
          : undefined,
    SIDE,
  );
  if (found === undefined) return NOTHING;
  const keys = Object.entries(found.keys ?? {}).map(([name, { about }]) => key(name, about));
  return { keys, words: found.words ?? [] };
};

interface Node {
  readonly about: string;
  readonly keys?: Readonly<Record<string, Node>>;
  readonly words?: readonly Choice[];
  /** An element of a list. */
  readonly each?: Node;
}

const TRUTH = [word("true"), word("false")];

const EXTENSIONS: Node = { about: "What xAPI has no word for, by IRIs." };

const DEFINITION: Node = {
  about: "What the activity is.",
  keys: {
    type: {
      about: "A short word, or an IRI.",
      words: Object.entries(activityTypes).map(([name, iri]) => word(name, iri)),
    },
    name: { about: "Its name: a text, or texts by their languages." },
    description: { about: "A text, or texts by their languages." },
    moreInfo: { about: "The IRI of a page about it." },
    extensions: EXTENSIONS,
  },
};

const ACTIVITY: Node = {
  about: "An activity.",
  keys: {
    objectType: { about: "Activity, which need not be said.", words: [word("Activity")] },
    id: { about: "Its IRI." },
    definition: DEFINITION,
  },
};

const SIDE: Node = {
  about: "A statement.",
  keys: {
    verb: {
      about: "What was done.",
      words: Object.entries(verbs).map(([name, { id }]) => word(name, id)),
    },
    object: {
      about: "The activity to which it was done.",
      keys: { id: { about: "Its IRI." }, definition: DEFINITION },
    },
    result: {
      about: "How it ended.",
      keys: {
        success: { about: "Whether it went well.", words: TRUTH },
        completion: { about: "Whether it was completed.", words: TRUTH },
        response: { about: "What the learner answered, a text." },
        duration: { about: "How long it took, as duration(…) gives it." },
        score: {
          about: "The score.",
          keys: {
            scaled: { about: "From -1 to 1." },
            raw: { about: "Points." },
            min: { about: "The least that there could be." },
            max: { about: "The most that there could be." },
          },
        },
        extensions: EXTENSIONS,
      },
    },
    context: {
      about: "What it was part of.",
      keys: {
        registration: { about: "A UUID; the translator has its own for the learner in the course." },
        revision: { about: "Which version of the activity it was." },
        language: { about: "The tag of a language, such as en." },
        statement: {
          about: "Another statement.",
          keys: {
            objectType: { about: "StatementRef, which need not be said.", words: [word("StatementRef")] },
            id: { about: "Its UUID." },
          },
        },
        contextActivities: {
          about: "Activities that it has to do with.",
          keys: {
            parent: { about: "What the object is part of: a list.", each: ACTIVITY },
            category: { about: "What kind of statement it is: a list.", each: ACTIVITY },
            other: { about: "Others: a list.", each: ACTIVITY },
          },
        },
        extensions: EXTENSIONS,
      },
    },
  },
};
