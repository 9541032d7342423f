import type { Catalog } from "./catalog.ts";
import { type Block, code, codes, heading, list, paragraph } from "./text.ts";

/** What is kept, and how long. */
export const keeping = ({ archive, keptBeside }: Catalog): readonly Block[] => [
  heading(2, "What is kept, and how long", "kept"),
  {
    kind: "table",
    caption: ["The parts of the archive"],
    head: [["Part"], ["What is in it"], ["Kept for"]],
    rows: archive.map(({ part, keeps, days }) => [[code(part)], [keeps], [`${days} days`]]),
  },
  paragraph(
    "An event in ",
    code("raw"),
    " is kept with its time and its kind, with when it came, and with whose it is. That is, where it is known:",
  ),
  list(keptBeside.map((words) => [words])),
  paragraph(
    "Of an event that names nobody, at most the last two are there. What is no event of a kind that this page lists is sent to nobody; it goes to ",
    code("quarantine"),
    ".",
  ),
];

/** What is never stored, and what is sent nowhere. */
export const closing = ({ neverStored, neverStoredAround, sentNowhere }: Catalog): readonly Block[] => [
  heading(2, "What is never stored", "never-stored"),
  neverStored.length === 0
    ? paragraph("No field is marked to be never stored.")
    : list(neverStored.map(({ event, fields }) => [code(event), ": ", ...codes(fields)])),
  paragraph(
    "Some producers wrap something around their events, in which they tell of you or of your computer, such as its address. Whatever event it is, this is taken out as well:",
  ),
  list(neverStoredAround.map(({ envelope, fields }) => [`of ${envelope}: `, ...codes(fields)])),
  paragraph(
    "What is of a form that nobody knows, but looks like one of theirs, goes to ",
    code("quarantine"),
    " without what such events are known to tell of people.",
  ),
  heading(2, "What is stored, but sent nowhere", "sent-nowhere"),
  sentNowhere.length === 0
    ? paragraph("Of every kind of event on this page, something is sent to somebody.")
    : list(sentNowhere.map((name) => [code(name)])),
];
