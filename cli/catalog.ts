import { withoutProbe } from "../build/probe.ts";
import { readSite } from "../build/site.ts";
import { catalogOf } from "../catalog/catalog.ts";
import { writeHtml } from "../catalog/html.ts";
import { writeMarkdown } from "../catalog/markdown.ts";
import { pageOf } from "../catalog/page.ts";
import { didYouMean } from "../src/document/problem.ts";
import { Misuse } from "../src/misuse.ts";
import { type Command, parseArguments } from "./command.ts";

/** `jlt catalog`: what is collected, field by field, for the people whom it is about. */
export const catalog: Command = {
  name: "catalog",
  usage: "catalog [--html] [--json] [--endpoint E]",
  summary: "lists what is collected, for learners to read",
  help: `Lists every event that the site knows, field by field, from its schema and its mapping: what it means, whether it is
personal, whether and how long it is stored, and to which endpoint it goes in which form. Then what is sent besides.
The same files give the same text, as Markdown, which an institution can publish to its learners. Exit code 0; 1: a
file has mistakes.

  jlt catalog > catalog.md
  jlt catalog --html > catalog.html

  --endpoint E  only what goes to this endpoint
  --html        one page of HTML, which needs nothing else
  --json        one JSON object: hub, archive, keptBeside, endpoints, events with their fields, neverStored,
                neverStoredAround, sentNowhere`,
  run: async (args) => {
    const { values } = parseArguments({
      args: [...args],
      options: {
        html: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        endpoint: { type: "string" },
      },
    });
    if (values.html && values.json) throw new Misuse("Ask for --html or for --json, not for both.");
    // The service's test of itself is nobody's doing.
    const files = withoutProbe(await readSite("."));
    const names = files.endpoints.map(({ endpoint }) => endpoint.name);
    const { endpoint } = values;
    if (endpoint !== undefined && !names.includes(endpoint))
      throw new Misuse(
        `There is no endpoint "${endpoint}"${didYouMean(endpoint, names)} There are ${names.join(", ")}.`,
      );
    const data = catalogOf(files, endpoint);
    if (values.json) console.log(JSON.stringify(data, null, 2));
    else process.stdout.write(values.html ? writeHtml(pageOf(data)) : writeMarkdown(pageOf(data)));
    return 0;
  },
};
