import { counted } from "../src/counted.ts";
import { total } from "../src/erasure/counts.ts";
import { type ErasureRecord, readErasures, readRequests } from "../src/erasure/job.ts";
import type { Stage } from "../stage/stage.ts";
import { visibleJson } from "./visible.ts";

/** Shows what is asked for, and what was done, without names; gives the exit code. */
export const listErasures = async ({ bucket, name }: Stage, json: boolean): Promise<number> => {
  const erasures: ErasureRecord[] = [];
  for await (const each of readErasures(bucket)) erasures.push(each);
  erasures.sort((one, other) => (one.begun < other.begun ? -1 : 1));
  const { requests, damaged } = await readRequests(bucket);
  const asked = requests.map(({ at }) => at);
  if (json) console.log(visibleJson({ stage: name, requested: asked, damaged, erasures }));
  else {
    const [oldest = ""] = asked;
    console.log(
      [
        asked.length === 0
          ? `Nobody waits to be erased (${name}).`
          : `${counted(asked.length, "learner")} asked to be erased, the first on ${oldest.slice(0, 10)}: jlt erase --requested (${name}).`,
        ...damaged.map((key) => `The request ${key} is damaged. Find out who it was, and remove it.`),
        ...erasures.map(erasureText),
      ].join("\n"),
    );
  }
  return asked.length === 0 && damaged.length === 0 && erasures.every(({ done }) => done !== undefined)
    ? 0
    : 1;
};

const erasureText = ({ learner, begun, done, removed, objects }: ErasureRecord): string => {
  const what = `${counted(total(removed), "record")} out of ${counted(objects, "object")}`;
  return done === undefined
    ? `  ${learner}  begun ${begun}, not done yet: run it again  ${what}`
    : `  ${learner}  done ${done}  ${what}`;
};
