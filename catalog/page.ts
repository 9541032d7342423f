import type { Catalog, CatalogEvent, CatalogField } from "./catalog.ts";
import type { CatalogEndpoint } from "./endpoint.ts";
import { ANY_NAME } from "./fields.ts";
import { closing, keeping } from "./kept-page.ts";
import {
  type Block,
  code,
  codes,
  heading,
  joinText,
  list,
  paragraph,
  plain,
  strong,
  type Text,
} from "./text.ts";
import { meaningWords, sentWords, storedWords, wayWords } from "./words.ts";

/** The catalog as a page for the people whom it is about. */
export const pageOf = (catalog: Catalog): readonly Block[] => [
  heading(1, `What is collected: ${plain(catalog.hub.name)}`, "top"),
  paragraph(
    "When you work in Jupyter, its servers tell what happens as events: a file was saved, a server was started. This page lists every kind of event that is taken in for ",
    strong(plain(catalog.hub.name)),
    " (",
    code(catalog.hub.id),
    ", of ",
    code(catalog.institution),
    "), field by field: what it means, whether it is stored, and who gets it in which form. It is made from the very files by which events are translated.",
  ),
  ...receivers(catalog),
  ...keeping(catalog),
  ...reading(),
  heading(2, "The events", "events"),
  ...(catalog.events.length === 0 ? [paragraph("No event is known.")] : []),
  ...catalog.events.flatMap((event) => eventBlocks(event, catalog)),
  heading(2, "What is sent besides the fields of events", "besides"),
  paragraph(
    "Whatever is sent has this with it, where it is known. A course goes with its id, and with its title and its label where it has them. An event that names nobody has an anonymous learner, and no course, roles or session.",
  ),
  ...catalog.endpoints.flatMap(besides),
  ...closing(catalog),
];

const receivers = ({ endpoints, trust }: Catalog): readonly Block[] => [
  heading(2, "Who gets something", "receivers"),
  ...(endpoints.length === 0 ? [paragraph("Nobody: no endpoint is set up.")] : []),
  list(
    endpoints.map(({ name, title, protocol, version, learners, personalData, where }) => [
      strong(plain(title)),
      " (",
      code(name),
      `, ${protocol === "json" ? "records as JSON" : `${STANDARDS[protocol] ?? protocol} ${plain(version)}`}): knows you by `,
      NAMED[learners],
      ` ${PERSONAL[personalData]}`,
      ...(where === undefined ? [] : [" It gets something only where this holds: ", code(where), "."]),
    ]),
  ),
  paragraph(
    "A pseudonym stands in the place of your user name, and in that of personal data where a receiver gets it so: the same text has the same pseudonym at one receiver, and another at every other. What is not marked as personal is sent as the tables below say, whatever it holds.",
  ),
  paragraph(
    trust === "signed"
      ? "The hub signs whose server an event comes from, so nobody can pass for somebody else."
      : "The word of the server that sends an event is taken for whose it is. Nothing proves it, and what is sent says so.",
  ),
];

const PERSONAL: Readonly<Record<CatalogEndpoint["personalData"], string>> = {
  pseudonymise: "Personal data goes to it as pseudonyms only.",
  allow: "Personal data goes to it as the tables below say.",
  refuse: "It gets no personal data, not even as pseudonyms.",
};

const STANDARDS: Readonly<Record<string, string>> = { caliper: "Caliper", xapi: "xAPI" };

const reading = (): readonly Block[] => [
  heading(2, "How to read the tables", "reading"),
  list([
    [
      strong("Personal: "),
      "what the event's description marks as personal data: a field, or the event as a whole, of which the texts are meant that anything can stand in, unless a field is said to be none. What is not marked may still tell something of a person.",
    ],
    [
      strong("Stored: "),
      "how long the field is kept with its event. What is never stored is taken out before anything is kept or sent.",
    ],
    [
      strong("As it is: "),
      "the whole value is sent. ",
      strong("Within: "),
      "it is part of a text or an address. What stands behind ",
      strong("at"),
      " is the name of the place in what is sent.",
    ],
    [
      strong("As a pseudonym, as a path of pseudonyms: "),
      "another name is sent instead of the value, or of each part of a path; of a file's name, a common ending such as .ipynb is kept.",
    ],
    [
      strong("Decides only whether something is sent: "),
      "the value itself is not sent, but what is sent may show what it was: that a file was saved, say, and not deleted. A field that is sent may decide as well.",
    ],
    [strong("Not sent: "), "it stays in the archive."],
  ]),
];

const eventBlocks = (event: CatalogEvent, { endpoints, archive }: Catalog): readonly Block[] => {
  const days = archive.find(({ part }) => part === "raw")?.days ?? 0;
  const titleOf = (name: string): string =>
    plain(endpoints.find((each) => each.name === name)?.title ?? name);
  const getting = event.sent.filter(({ translations }) => translations.length > 0);
  return [
    heading(3, plain(event.title), eventId(event.name)),
    paragraph(
      event.description === undefined || plain(event.description) === ""
        ? "This event is not described."
        : plain(event.description),
    ),
    list([
      [
        "Its name here is ",
        code(event.name),
        "; as an event it is called ",
        ...codes(event.ids),
        `, in version ${event.versions.map(plain).join(", ")}.`,
      ],
      ...(event.anonymous ? [["It names nobody: it is kept and sent without a learner."]] : []),
      ...(event.personal ? [["All of it is marked as personal data."]] : []),
      ...event.sent.map(
        ({ endpoint, translations }): Text =>
          translations.length === 0
            ? ["Nothing of this event is sent to ", strong(titleOf(endpoint)), "."]
            : [strong(titleOf(endpoint)), " is told of: ", ...codes(translations), "."],
      ),
    ]),
    {
      kind: "table",
      caption: ["The fields of ", code(event.name)],
      head: [
        ["Field"],
        ["What it means"],
        ["Personal"],
        ["Stored"],
        ...getting.map(({ endpoint }): Text => ["Sent to ", code(endpoint)]),
      ],
      rows: event.fields.map((field) => [
        [field.name === ANY_NAME ? "anything else" : code(field.name)],
        meaningWords(field, plain),
        personalWords(field, event),
        storedWords(field, days),
        ...field.sent
          .filter(({ endpoint }) => getting.some((each) => each.endpoint === endpoint))
          .map(sentWords),
      ]),
    },
  ];
};

/** An id of a page's part: a folder's name in the characters that an address takes. */
const eventId = (name: string): string =>
  `event-${name.replaceAll("/", ".").replace(/[^\w.-]/gu, (each) => `_${each.codePointAt(0)?.toString(16)}_`)}`;

const personalWords = ({ personal, cleared, learner }: CatalogField, event: CatalogEvent): Text => {
  const around = cleared === true ? "no" : event.personal ? "with the event" : "not marked";
  const marked = personal ? "yes" : around;
  return [learner ? `${marked}; names the learner` : marked];
};

const besides = ({ name, title, filledIn, known, fixed }: CatalogEndpoint): readonly Block[] => [
  heading(3, plain(title), `endpoint-${name}`),
  ...(filledIn.length === 0
    ? [paragraph("Nothing is sent to it.")]
    : [
        list([
          ...filledIn.map(({ path, says }): Text => [code(path), `: ${says}`]),
          ...known.map(
            ({ name: variable, ways }): Text => [
              "what the mappings say of ",
              code(variable),
              ": ",
              ...joinText(ways.map(wayWords), "; "),
            ],
          ),
          ...(fixed.length === 0
            ? []
            : [["texts of the mappings, the same for every such event: ", ...codes(fixed)]]),
        ]),
      ]),
];

const NAMED: Readonly<Record<CatalogEndpoint["learners"], string>> = {
  pseudonym: "a pseudonym, which is another at every endpoint.",
  username: "your user name.",
  lms: "the name by which the LMS knows you; a pseudonym where it does not.",
  anonymous: "nobody's name: all learners are the same.",
};
