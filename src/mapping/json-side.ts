import type { Knowledge } from "./knowledge.ts";
import { type Complain, frame, type Member, objectOf, quoted, type Tree } from "./tree.ts";

/** What the translator itself says in a record. */
const FILLED = ["id", "time", "translation", "learner", "course", "proven", "formerLearner"] as const;

/** Finds what cannot stand in a mapping's `json` side, which is otherwise free: its readers are no learning systems. */
export const jsonProblems = (side: Tree, _: Knowledge, complain: Complain): void => {
  if (side.kind !== "object") return;
  for (const { key } of side.members) {
    if ((FILLED as readonly string[]).includes(key)) {
      complain([key], `The translator itself says "${key}"; take another name.`, "key");
    }
  }
};

/** The whole record around a mapping's side: who and when, and then whatever the mapping says. */
export const jsonRecord = (side: Tree): Tree => {
  const members: readonly Member[] = side.kind === "object" ? side.members : [];
  const whole = objectOf(
    {
      id: quoted("id"),
      time: quoted("time"),
      translation: quoted("translation"),
      learner: frame("r.need(r.json(s.learner.id), 'The learner')"),
    },
    ["r.member(',\"course\":', r.json(s.course))", "s.marks"],
  );
  return { ...whole, members: [...whole.members, ...members] };
};
