import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { loadSite } from "../build/load.ts";
import { readSite } from "../build/site.ts";
import { framesFor } from "../src/endpoint/frame.ts";
import { eventReader } from "../src/event/catalog.ts";
import { readBody } from "../src/event/message.ts";
import { type AcceptedEvent, takeIn } from "../src/intake.ts";
import type { LearnerContext } from "../src/learner/context.ts";
import type { Site } from "../src/site.ts";
import { tell } from "../src/statements.ts";
import { type Command, Misuse, parseArguments } from "./command.ts";

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
  usage: "try FILE|- [--endpoint E] [--json]",
  summary: "shows what would be sent of events, and sends nothing",
  help: `Translates the events of a file, or of standard input (-), one per line, with the files in this folder, and shows
what each endpoint would get. Nothing is sent, and nothing is kept. Learners' pseudonyms are made with a key of the
command's own, so they differ from those of the deployed service.

  jlt try examples/events.ndjson --endpoint campus-lrs
  tail -1 jupyter.log | jlt try - --learner ada --course stat101

  --endpoint E    only for this endpoint
  --learner NAME  whose events they are where they do not say so (default: a-learner)
  --course ID     in which course (default: none)
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
    const lines = (file === "-" ? await readAll(process.stdin) : await readText(file)).split("\n");
    let refused = 0;
    for (const [at, line] of lines.entries()) {
      if (line.trim() === "") continue;
      for (const tried of await tryLine(
        line,
        at + 1,
        { ...site, endpoints },
        values.learner,
        values.course,
      )) {
        if (tried.endpoint === undefined) refused++;
        console.log(values.json ? JSON.stringify(tried) : show(tried));
      }
    }
    return refused === 0 ? 0 : 1;
  },
};

const readText = async (file: string): Promise<string> => {
  try {
    return await readFile(file, "utf8");
  } catch {
    throw new Misuse(`The file ${file} cannot be read.`);
  }
};

const tryLine = async (
  body: string,
  line: number,
  site: Site,
  learner: string,
  course: string | undefined,
): Promise<readonly Tried[]> => {
  const sender = senderOf(body, site, learner, course);
  const { accepted, quarantined, crash } = await takeIn({ body, attributes: {}, arrived: Date.now() }, 0, {
    readEvent: eventReader(site.schemas),
    readSender: async () => sender,
    trust: site.settings.trust,
  });
  if (crash !== undefined) throw crash;
  return [
    ...quarantined.map(({ reason, detail }) => ({ line, nothing: `${reason}: ${detail}` })),
    ...accepted.flatMap((event) => tryEvent(event, line, site)),
  ];
};

/** Events that name their learner are the hub's own. */
const senderOf = (body: string, site: Site, learner: string, course: string | undefined): LearnerContext => {
  const [first] = readBody(body);
  const event =
    first !== undefined && "value" in first.read
      ? eventReader(site.schemas)(first.read.value, Date.now())
      : undefined;
  const names = event !== undefined && "schema" in event && event.schema.learner !== undefined;
  const about = { roles: ["Learner"], proven: true, ...(course !== undefined && { course: { id: course } }) };
  return names
    ? { subject: "hub", role: "service", ...about }
    : { subject: learner, role: "learner", ...about };
};

const tryEvent = (event: AcceptedEvent, line: number, site: Site): readonly Tried[] =>
  site.endpoints.flatMap((endpoint): readonly Tried[] => {
    const route = site.routes[endpoint.name] ?? { translate: {} };
    const frameOf = framesFor(endpoint, site.settings, "a key for trying things out");
    const { statements, failed, made } = tell([event], endpoint, route, frameOf);
    const about = { line, endpoint: endpoint.name };
    if (failed[0] !== undefined) return [{ ...about, nothing: failed[0].detail }];
    if (statements.length === 0) return [{ ...about, nothing: NOTHING[String(made[0])] ?? "" }];
    return statements.map(({ translation, text }) => ({
      ...about,
      translation,
      statement: JSON.parse(text),
    }));
  });

const NOTHING: Readonly<Record<string, string>> = {
  selection: "the endpoint does not take any translation of this event",
  where: "the endpoint's condition keeps it back",
  mapping: "no translation that the endpoint takes applies to it",
};

const show = (tried: Tried): string => {
  const { line, endpoint, translation, statement, nothing } = tried;
  const where = endpoint === undefined ? `line ${line}` : `line ${line} → ${endpoint}`;
  return statement === undefined
    ? `${where}: nothing (${nothing})`
    : `${where}: ${translation}\n${JSON.stringify(statement, null, 2)}`;
};
