import { IMAGINED_KEY, imaginedPolicy, imaginedSite } from "../build/imagined.ts";
import { loadSite } from "../build/load.ts";
import { readSite, type Source } from "../build/site.ts";
import { didYouMean } from "../src/document/problem.ts";
import { personalInAny } from "../src/event/personal.ts";
import {
  type ExplainedField,
  type ExplainedMapping,
  explainMapping,
  explainStatement,
} from "../src/mapping/explain.ts";
import type { Side } from "../src/mapping/understand.ts";
import { Misuse } from "../src/misuse.ts";
import { type Rehearsed, rehearse } from "../src/rehearsal.ts";
import { type Command, parseArguments } from "./command.ts";
import { eventText, mappingText, policyText } from "./explanation.ts";
import { linesOf, readInput } from "./input.ts";
import { mappingName } from "./named.ts";

/** What a line of events becomes, with the origin of each field. */
export interface ExplainedEvent {
  readonly line: number;
  /** Why it is put into quarantine. */
  readonly quarantine?: { readonly reason: string; readonly detail: string };
  readonly mapping?: string;
  readonly sides: readonly ExplainedSide[];
}

export interface ExplainedSide {
  readonly side: Side;
  readonly failed?: string;
  readonly statements: readonly {
    readonly translation: string;
    readonly fields: readonly ExplainedField[];
  }[];
}

/** `jlt explain`: where each field comes from that is sent. */
export const explain: Command = {
  name: "explain",
  usage: "explain FILE|- [--json]",
  summary: "shows where each field comes from that is sent",
  help: `Of a mapping (its name, folder or file): for each translation and side, each field that is sent, the expression that
makes it and the fields of the event in it, with file and line, and which of them are personal; then what the
translator itself fills in. Of a file of events, one per line, or of standard input (-): what each event becomes on each
side, for an endpoint that takes everything and knows learners by pseudonyms, and where each field comes from; what is
personal is shown as a pseudonym, unless all endpoints of the site get it as it is. Exit code 0; 1: an event would be
quarantined.

  jlt explain jupyter-server/contents
  head -1 examples/events.ndjson | jlt explain -

  --json  data: a list of mappings, or one JSON object per event`,
  run: async (args) => {
    const { values, positionals } = parseArguments({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: "boolean", default: false } },
    });
    const [file] = positionals;
    if (file === undefined || positionals.length > 1)
      throw new Misuse("Name one mapping, or one file of events, or - for standard input.");
    const files = await readSite(".");
    const explained = files.sources.map(({ written, mapping, schemas }) =>
      explainMapping(written, mapping, personalInAny(schemas)),
    );
    const meant = explained.filter(({ name }) => isMeant(name, file));
    if (meant.length > 0) {
      console.log(
        values.json
          ? JSON.stringify(meant, null, 2)
          : [...meant.map(mappingText), ...policyText(meant, files.endpoints)].join("\n\n"),
      );
      return 0;
    }
    const text = await eventsIn(file, files.sources);
    const site = await loadSite(imaginedSite(files.sources, files.settings, imaginedPolicy(files)));
    const lines = linesOf(text);
    const messages = lines.map(({ body }) => ({ body, whose: { roles: ["Learner"] } }));
    const batch = await rehearse(messages, site, IMAGINED_KEY, Date.now());
    const events = batch.flatMap((rehearsed, at) =>
      rehearsed.map((each) => explainEvent(each, lines[at]?.line ?? 0, explained)),
    );
    for (const event of events) console.log(values.json ? JSON.stringify(event) : `${eventText(event)}\n`);
    const refused = events.filter(({ quarantine }) => quarantine !== undefined).length;
    return refused === 0 ? 0 : 1;
  },
};

const isMeant = (name: string, written: string): boolean => {
  const meant = mappingName(written);
  return meant !== "" && (name === meant || name.startsWith(`${meant}/`));
};

const eventsIn = async (file: string, sources: readonly Source[]): Promise<string> => {
  try {
    if (!/\.ya?ml$/.test(file)) return await readInput(file);
  } catch (error) {
    if (!(error instanceof Misuse)) throw error;
  }
  const names = sources.map(({ name }) => name);
  throw new Misuse(
    `"${file}" is neither a file of events nor a mapping${didYouMean(file, names)} There are ${names.join(", ")}.`,
  );
};

const explainEvent = (
  rehearsed: Rehearsed,
  line: number,
  mappings: readonly ExplainedMapping[],
): ExplainedEvent => {
  if ("refusal" in rehearsed) return { line, quarantine: rehearsed.refusal, sides: [] };
  const { source } = rehearsed.event;
  const translations = mappings.find(({ name }) => name === source)?.translations ?? [];
  const sides = rehearsed.endpoints.map(({ endpoint, statements, failed }) => {
    const side = endpoint.name as Side;
    return {
      side,
      ...(failed !== undefined && { failed }),
      statements: statements.map(({ translation, statement }) => ({
        translation,
        fields: explainStatement(
          statement,
          translations.find(({ name }) => name === translation)?.sides[side] ?? [],
        ),
      })),
    };
  });
  return { line, mapping: source, sides };
};
