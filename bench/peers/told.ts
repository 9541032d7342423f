import type { Table } from "../support/result.ts";
import { EVENTS, LEARNERS } from "./subject.ts";

export const HOW = `each translator is given the texts of ${LEARNERS * EVENTS} events, of ${LEARNERS} learners with ${EVENTS} each, and gives the texts of the statements that it makes of them, so all read JSON and write it. They do so by turns, in an order that changes, in processes that were started, set up and warmed up before; nothing is logged, stored or sent. Processor time is that of all threads of the process; a ratio is the median of those of each round. These are different languages, different events and different duties: it tells the order of magnitude, and not which is better. event-routing-backends and Ralph are given tracking events of Open edX, of learners who play and pause videos; this translator is given jupyterlab-pioneer's events of about the same size, of learners who run cells and save notebooks, ${EVENTS} in a message, as the shipped site with pseudonyms. All events were written for this. Of event-routing-backends the transformers are called, and not the router around them. As a plugin it asks Open edX for users and courses: stand-ins answer at once, and only the first time, as it remembers 128 answers of each kind. Of Ralph the converter is called, as its command line does it. event-routing-backends and Ralph get the same events in each turn; the one remembers users and courses, the other nothing, and neither anything of an event. This translator remembers the learners' tokens that it has verified and pseudonyms of names that it has told; so each file of its events has in each turn a name that it never saw, and only the tokens, learners and names of folders are remembered.`;

/** What is done of each duty in the measured time, as their code says. */
export const DUTIES: Table = [
  ["in the measured time", "event-routing-backends", "Ralph", "this translator"],
  ["an event is read, and checked by its schema", "read only", "read only", "both"],
  ["whose it is", "its user id, looked up once", "its user id", "a signed token, verified once"],
  ["what the learner is called", "an id that Open edX gives", "the user id", "a pseudonym for each endpoint"],
  ["names of people in paths of files", "there are none", "there are none", "pseudonyms"],
  ["what is never to be stored is taken out", "no", "no", "yes"],
  ["a statement's id is the same each time", "xAPI: yes; Caliper: no", "yes", "yes"],
  [
    "a statement is checked",
    "xAPI: types of its parts",
    "by models of it",
    "no: its mapping was, when it was built",
  ],
  ["consent, archive, ledger, packing", "no", "no", "in the whole function only"],
  ["delivery", "no", "no", "no"],
];
