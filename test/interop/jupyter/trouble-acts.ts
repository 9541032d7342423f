import type { JupyterServer } from "./server.ts";

/** What a learner does all the time, whatever becomes of SQS. */
export interface Acts {
  /** Does one act after the other until this is so, and `least` of them; each must be answered well. */
  readonly until: (isSo: () => boolean | Promise<boolean>, least?: number) => Promise<void>;
  /** How many were done. */
  readonly done: () => number;
}

/**
 * Folders in one another make the paths long, and to list one that holds many emits an event for each: so that few acts
 * fill the sender's room.
 */
const DEEP = 16;
const WIDE = 40;
const FOLDER = "a-folder-of-a-course-".repeat(10);

/** After so many acts, what is waited for will not come to be. */
const MOST = 2_000;

const notebook = (text: string) => ({
  type: "notebook",
  content: {
    cells: [{ cell_type: "markdown", id: "a-cell", metadata: {}, source: text }],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  },
});

/** Makes the folders that the acts are done in. */
export const actsOf = async ({ ask, said }: JupyterServer): Promise<Acts> => {
  let folder = "/api/contents";
  for (let depth = 0; depth < DEEP; depth++) {
    folder += `/${FOLDER}`;
    await ask("PUT", folder, { type: "directory" });
  }
  for (let each = 0; each < WIDE; each++) await ask("PUT", `${folder}/week-${each}`, { type: "directory" });
  const inside = folder.slice("/api/contents/".length);
  let done = 0;
  /** Of five acts, two save, one opens, one renames, and one lists the folder. */
  const act = async (): Promise<void> => {
    const [round, turn] = [Math.floor(done / 5), done % 5];
    const [draft, final] = [`draft-${round}.ipynb`, `final-${round}.ipynb`];
    if (turn < 2) await ask("PUT", `${folder}/${draft}`, notebook(`Version ${turn}`));
    else if (turn === 2) await ask("GET", `${folder}/${draft}`);
    else if (turn === 3) await ask("PATCH", `${folder}/${draft}`, { path: `${inside}/${final}` });
    else await ask("GET", `${folder}?content=1`);
    done += 1;
  };
  return {
    done: () => done,
    until: async (isSo, least = 0) => {
      for (let count = 0; count < least || !(await isSo()); count++) {
        if (count > MOST) throw new Error(`${MOST} acts were done in vain. The server said:\n${said()}`);
        await act();
      }
    },
  };
};
