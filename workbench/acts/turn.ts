import type { Desk } from "../desk.ts";
import { NotAllowed, Overtaken } from "../trouble.ts";

/** Throws NotAllowed where nothing may be changed. */
export const ensureWritable = ({ mayWrite }: Pick<Desk, "mayWrite">): void => {
  if (!mayWrite)
    throw new NotAllowed("This workbench only looks. To change something, start it with --write.");
};

/** The right to change a service, until it is released. */
export interface Turn {
  release(): void;
}

/** What is being done, by the service that it is done to. */
const doings = new WeakMap<Desk["held"], string>();

/** Takes the only turn that there is, or says in a sentence what somebody else does. `doing` says what it is for. */
export const takeTurn = ({ held }: Pick<Desk, "held">, doing: string): Turn | { readonly busy: string } => {
  const busy = doings.get(held);
  if (busy !== undefined) return { busy };
  doings.set(held, doing);
  return { release: () => doings.delete(held) };
};

/** Takes the turn as `takeTurn` does. Throws Overtaken where somebody else has it. */
export const turnFor = (desk: Pick<Desk, "held">, doing: string): Turn => {
  const turn = takeTurn(desk, doing);
  if ("busy" in turn) throw new Overtaken(`${turn.busy} Let that end, and try again.`);
  return turn;
};
