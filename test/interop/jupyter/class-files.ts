import type { Habit, Work } from "./class-learner.ts";
import { inUrl, objectIn } from "./class-server.ts";

/**
 * Two acts on one notebook are further apart than the time within which its mapping folds what is opened twice: so it is
 * always told, whatever comes in one batch. In milliseconds, with a little for the rounding of times.
 */
const APART = 5100;

/** What a learner does with files over the REST API. */
export const fileActs = ({ server: { ask }, desk, note, chance }: Work): readonly Habit[] => {
  const { notebooks, files } = desk;
  const rested = (): readonly string[] =>
    [...notebooks].flatMap(([path, looked]) => (Date.now() - looked > APART ? [path] : []));
  const oneOf = (paths: Iterable<string>): string => {
    const all = [...paths];
    return all[chance.below(all.length)] ?? "";
  };
  // As learners name them: not their own encoding in a URL, and endings that are part of a name.
  const named = (ending: string): string => {
    desk.named += 1;
    return `${oneOf(["Übung", "hw", "notes & ideas", "50% of ψ", "hw_a.lovelace"])} ${desk.named}${ending}`;
  };
  const save = async (path: string): Promise<void> => {
    const isNotebook = path.endsWith(".ipynb");
    const body = isNotebook ? notebook(1) : { type: "file", format: "text", content: `${chance.next()}` };
    await note(() => ask("PUT", at(path), body), { act: "save", path });
    if (isNotebook) notebooks.set(path, Date.now());
    else files.add(path);
  };
  const remove = (path: string): Promise<unknown> =>
    note(() => ask("DELETE", at(path)), { act: "delete", path });
  return [
    { weight: 2, isPossible: () => notebooks.size < 8, act: () => save(named(".ipynb")) },
    { weight: 1, isPossible: () => files.size < 8, act: () => save(named(oneOf([".csv", ".py", ".txt"]))) },
    { weight: 4, isPossible: () => rested().length > 0, act: () => save(oneOf(rested())) },
    { weight: 1, isPossible: () => files.size > 0, act: () => save(oneOf(files)) },
    {
      weight: 5,
      isPossible: () => rested().length > 0,
      act: async () => {
        const path = oneOf(rested());
        await note(() => ask("GET", at(path)), { act: "open", path });
        notebooks.set(path, Date.now());
      },
    },
    {
      weight: 1,
      isPossible: () => rested().length > 0,
      act: async () => {
        const [from, path] = [oneOf(rested()), named(".ipynb")];
        await note(() => ask("PATCH", at(from), { path }), { act: "rename", path, from });
        notebooks.delete(from);
        notebooks.set(path, Date.now());
      },
    },
    {
      // No notebook: one copy looks at it twice, and whether that is told once depends on what comes in one batch.
      weight: 2,
      isPossible: () => files.size > 0 && files.size < 12,
      act: async () => {
        const from = oneOf(files);
        const path = (answer: unknown): string => String(objectIn(answer).path).replace(/^\//, "");
        const copy = await note(
          () => ask("POST", "/api/contents", { copy_from: from }),
          (answer) => ({ act: "copy", path: path(answer), from }),
        );
        files.add(path(copy));
      },
    },
    {
      weight: 1,
      isPossible: () => files.size > 1,
      act: async () => {
        const path = oneOf(files);
        await remove(path);
        files.delete(path);
      },
    },
    {
      weight: 1,
      isPossible: () => notebooks.size > 2,
      act: async () => {
        const path = oneOf(notebooks.keys());
        await remove(path);
        notebooks.delete(path);
      },
    },
  ];
};

const at = (path: string): string => `/api/contents/${inUrl(path)}`;

/** A notebook with so many cells, whose ids are known. */
export const notebook = (cells: number): unknown => ({
  type: "notebook",
  format: "json",
  content: {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: Array.from({ length: cells }, (_, cell) => ({
      cell_type: "code",
      id: `cell-${cell}`,
      source: "",
      metadata: {},
      outputs: [],
      execution_count: null,
    })),
  },
});
