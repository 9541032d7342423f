/** What expressions may say, apart from the event: for those who write them. The checker is held to it by a test. */

/** A function, with how it is used and what it gives. */
export interface Call {
  readonly name: string;
  readonly use: string;
  readonly about: string;
}

/** Functions that stand before what they take. */
export const FUNCTIONS: readonly Call[] = [
  {
    name: "iri",
    use: "iri(base, part, …)",
    about: "The base with the parts as percent-encoded path segments.",
  },
  { name: "basename", use: "basename(path)", about: "The last part of a path." },
  { name: "dirname", use: "dirname(path)", about: "What is before the last part of a path." },
  { name: "extension", use: "extension(path)", about: "The end of a file's name, in lower case: .ipynb" },
  {
    name: "duration",
    use: "duration(seconds) or duration(from, to)",
    about: "A duration in ISO 8601: PT1M30S",
  },
  { name: "seconds", use: "seconds(from, to)", about: "The seconds between two times, a number." },
  { name: "utc", use: "utc(time)", about: "A time as the standards want it: 2026-11-22T01:07:25.279Z" },
  {
    name: "pseudonym",
    use: "pseudonym(text)",
    about: "Another name for a text, the same whenever it comes to this endpoint.",
  },
  { name: "lower", use: "lower(text)", about: "The text in lower case." },
  { name: "string", use: "string(value)", about: "A text, a number, true or false as a text." },
  { name: "size", use: "size(value)", about: "How many characters, elements or keys it has." },
  { name: "has", use: "has(event.path)", about: "Whether the field is there." },
];

/** Functions that stand behind what they ask. */
export const METHODS: readonly Call[] = [
  { name: "startsWith", use: "text.startsWith(text)", about: "Whether the text begins so." },
  { name: "endsWith", use: "text.endsWith(text)", about: "Whether the text ends so." },
  { name: "contains", use: "text.contains(text)", about: "Whether the other text is in it." },
  { name: "size", use: "value.size()", about: "How many characters, elements or keys it has." },
  {
    name: "orElse",
    use: "value.orElse(value)",
    about: "The other value where the first is absent; both of one kind.",
  },
];

/** Words that are values, and the one that asks a list. */
export const CONSTANTS: readonly string[] = ["true", "false", "null", "in"];

interface Described {
  readonly type: string;
  readonly description: string;
  readonly properties?: Readonly<Record<string, Described>>;
}

const text = (description: string): Described => ({ type: "string", description });

const object = (description: string, properties: Readonly<Record<string, Described>>): Described => ({
  type: "object",
  description,
  properties,
});

/** What the translator knows without the event, as JSON Schemas. */
export const VARIABLES: Readonly<Record<string, Described>> = {
  learner: object("Who did it.", { id: text("The IRI under which this endpoint knows the learner.") }),
  course: object("As the LMS names it; absent where the learner came from no course.", {
    id: text("The course's id."),
    label: text("Its short name, such as STAT 101."),
    title: text("Its title."),
  }),
  session: object(
    "The learner's session, from the start of the server to its stop; absent where it is not known.",
    {
      id: text("The IRI under which this endpoint knows it."),
      started: text("When it began."),
    },
  ),
  hub: object("The JupyterHub of this site.", {
    id: text("The hub's IRI."),
    name: text("The hub's name."),
    files: text("The IRI below which files are named."),
  }),
  sender: object("Who sent the event.", {
    role: text("learner or service."),
    initiator: text("Who caused what a service tells of, where its token says so: learner, admin, culler."),
  }),
  time: text("When it happened: 2026-11-22T01:07:25.279Z"),
};
