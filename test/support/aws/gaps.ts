const UNCONDITIONAL = "fauxqs 2.4.1 writes an object whatever the conditions on it";
const UNVERSIONED = "fauxqs 2.4.1 has no versions";

/**
 * What those who play AWS do otherwise than AWS: the tests that fail with them, and why. Where one of them passes after
 * all, the run fails until it is struck off here; one that only may fail is skipped.
 */
export const GAPS: Readonly<Record<PlayerName, Gaps>> = {
  "the embedded AWS": {
    "A queue": {
      "takes what is beyond U+FFFF, such as 😀": "fauxqs 2.4.1 sees halves of surrogates, and refuses them",
    },
    "A queue that is read": {
      "brings at once what is hidden for no time":
        "fauxqs 2.4.1 fails at it where it keeps its state in a folder, and forgets the message",
      "puts dead letters back into their queue, when it is asked to, with all that they had":
        "fauxqs 2.4.1 has no redrive",
    },
    "A bucket": {
      "keeps an object that is called by its content as it is": UNCONDITIONAL,
      "takes an object only in the place of the version that was found": UNCONDITIONAL,
      "loses no learner's choice of several that are made at once": { mayFail: UNCONDITIONAL },
    },
    "A bucket with versions": {
      "forgets every version of an object that is removed, and those of no other": UNVERSIONED,
      "has nothing of a learner who was erased, in no version of any object": UNVERSIONED,
      "tells what was discarded, and has nothing of a learner in it either once they are erased": UNVERSIONED,
      "has the name of a learner whose choice was forgotten in no version of it, and the choice still":
        UNVERSIONED,
      "tells all that was discarded, where it is more than a page": UNVERSIONED,
    },
  },
  moto: {
    "A queue": {
      "counts attributes with what it takes at most": "moto 5.2.5 counts bodies only",
      "refuses a message that may not be, and takes those beside it": "moto 5.2.5 takes any characters",
      "says of a message that may not be that it is for what is in it": "moto 5.2.5 takes any characters",
    },
    "A queue that is read": {
      "puts dead letters back into their queue, when it is asked to, with all that they had":
        "moto 5.2.5 has no redrive",
    },
  },
  ElasticMQ: {
    "A queue": {
      "counts attributes with what it takes at most": "ElasticMQ 1.7.1 counts bodies only",
      "says of a message that may not be that it is for what is in it":
        "ElasticMQ 1.7.1 says InvalidAttributeValue",
    },
  },
};

export type PlayerName = "the embedded AWS" | "moto" | "ElasticMQ";

/** What is tested. */
export type Subject =
  | "A queue"
  | "A queue that is read"
  | "A bucket"
  | "A bucket with versions"
  | "The event source mapping"
  | "The whole service"
  | "A service that is killed";

/** By the tests' names. */
type Gaps = {
  readonly [subject in Subject]?: Readonly<Record<string, string | { readonly mayFail: string }>>;
};
