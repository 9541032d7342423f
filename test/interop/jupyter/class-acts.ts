/** What a learner did, as their own client knows it: what it asked for, and what it was answered. */
export type Act =
  /** Of the learner's server: its learner started or stopped it, or the culler stopped it. */
  | { readonly act: "log in" | "log out" | "time out" }
  /** Of a file; `room` where it was saved from the room in which it is edited, and not over the REST API. */
  | { readonly act: "open" | "delete"; readonly path: string }
  | { readonly act: "save"; readonly path: string; readonly room?: true }
  | { readonly act: "rename" | "copy"; readonly path: string; readonly from: string }
  /** Of the room of a notebook; `first` where it was not there before. */
  | { readonly act: "join"; readonly path: string; readonly room: string; readonly first: boolean }
  | { readonly act: "leave"; readonly room: string }
  | { readonly act: "start kernel" | "restart kernel" | "stop kernel" }
  | { readonly act: "run"; readonly room: string; readonly cell: string; readonly success: boolean };

/** An act, whose it was, and between which moments it was done: milliseconds of this machine's clock. */
export type Done = Act & { readonly user: string; readonly asked: number; readonly answered: number };

/** What somebody has done so far, in order. */
export interface Notes {
  readonly done: readonly Done[];
  /** Notes what was done once it is answered; what fails is not noted, and fails the test. */
  readonly note: <Answer>(
    what: () => Promise<Answer>,
    act: Act | ((answer: Answer) => Act),
  ) => Promise<Answer>;
}

export const notesOf = (user: string): Notes => {
  const done: Done[] = [];
  return {
    done,
    note: async (what, act) => {
      const asked = Date.now();
      const answer = await what();
      const told = typeof act === "function" ? act(answer) : act;
      done.push({ ...told, user, asked, answered: Date.now() });
      return answer;
    },
  };
};
