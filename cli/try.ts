import { loadSite } from "../build/load.ts";
import { readSite } from "../build/site.ts";
import { whyNothing } from "../src/ledger/filters.ts";
import { Misuse } from "../src/misuse.ts";
import { type Rehearsed, rehearse } from "../src/rehearsal.ts";
import { type Command, parseArguments } from "./command.ts";
import { linesOf, readInput } from "./input.ts";

/** What a line of events would become. */
interface Tried {
  readonly line: number;
  readonly endpoint?: string;
  readonly translation?: string;
  readonly statement?: unknown;
  readonly nothing?: string;
}

/** `jlt try`: events in, what would be sent out. */
export const tryEvents: Command = {
  name: "try",
  usage: "try FILE|- [--endpoint E] [--course ID] [--learner NAME] [--json]",
  summary: "shows what would be sent of events, and sends nothing",
  help: `Translates the events of a file, or of standard input (-), one per line, with the files in this folder, and shows
what each endpoint would get if they came in one batch. Nothing is sent, and nothing is kept. Learners' pseudonyms are made with a key of the
command's own, so they differ from those of the deployed service. Exit code 0; 1: an event would be quarantined.

  jlt try examples/events.ndjson --endpoint campus-lrs --course data8
  tail -1 jupyter.log | jlt try - --learner ada --course stat101

  --endpoint E    only for this endpoint
  --learner NAME  whose events they are where they do not say so (default: a-learner)
  --course ID     in which course, as an endpoint's condition may ask (default: none)
  --json          one JSON object per statement`,
  run: async (args) => {
    const { values, positionals } = parseArguments({
      args: [...args],
      allowPositionals: true,
      options: {
        endpoint: { type: "string" },
        learner: { type: "string", default: "a-learner" },
        course: { type: "string" },
        json: { type: "boolean", default: false },
      },
    });
    const [file] = positionals;
    if (file === undefined || positionals.length > 1)
      throw new Misuse("Name one file, or - for standard input.");
    const site = await loadSite(await readSite("."));
    const endpoints = site.endpoints.filter(
      ({ name }) => values.endpoint === undefined || values.endpoint === name,
    );
    if (endpoints.length === 0) {
      throw new Misuse(
        `There is no endpoint "${values.endpoint}". There are ${site.endpoints.map(({ name }) => name).join(", ")}.`,
      );
    }
    const whose = {
      otherwise: values.learner,
      roles: ["Learner"],
      ...(values.course !== undefined && { course: { id: values.course } }),
    };
    const lines = linesOf(await readInput(file));
    const messages = lines.map(({ body }) => ({ body, whose }));
    const batch = await rehearse(messages, { ...site, endpoints }, "a key for trying things out", Date.now());
    const tried = batch.flatMap((rehearsed, at) =>
      rehearsed.flatMap((each) => triedOf(each, lines[at]?.line ?? 0)),
    );
    for (const each of tried) console.log(values.json ? JSON.stringify(each) : show(each));
    const refused = tried.filter(({ endpoint }) => endpoint === undefined).length;
    return refused === 0 ? 0 : 1;
  },
};

const triedOf = (rehearsed: Rehearsed, line: number): readonly Tried[] => {
  if ("refusal" in rehearsed)
    return [{ line, nothing: `${rehearsed.refusal.reason}: ${rehearsed.refusal.detail}` }];
  const { learner } = rehearsed.event;
  return rehearsed.endpoints.flatMap(
    ({ endpoint, statements, failed, nothing = "mapping" }): readonly Tried[] => {
      const about = { line, endpoint: endpoint.name };
      if (failed !== undefined) return [{ ...about, nothing: failed }];
      if (statements.length > 0) return statements.map((told) => ({ ...about, ...told }));
      const hint = nothing === "where" && learner.course === undefined ? WITHOUT_COURSE : "";
      return [{ ...about, nothing: `${whyNothing[nothing]}${hint}` }];
    },
  );
};

const WITHOUT_COURSE = "; it is in no course here: try --course ID";

const show = (tried: Tried): string => {
  const { line, endpoint, translation, statement, nothing } = tried;
  const where = endpoint === undefined ? `line ${line}` : `line ${line} → ${endpoint}`;
  return statement === undefined
    ? `${where}: nothing (${nothing})`
    : `${where}: ${translation}\n${JSON.stringify(statement, null, 2)}`;
};
