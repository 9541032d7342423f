import type { Desk } from "../desk.ts";

/** The right to change a service, until it is released; or, in a sentence, what somebody else does to it. */
export type Turn = { release(): void } | { readonly busy: string };

/** What is being done, by the service that it is done to. */
const doings = new WeakMap<Desk["held"], string>();

/** Takes the only turn that there is. `doing` says in a sentence what it is for. */
export const takeTurn = ({ held }: Pick<Desk, "held">, doing: string): Turn => {
  const busy = doings.get(held);
  if (busy !== undefined) return { busy };
  doings.set(held, doing);
  return { release: () => doings.delete(held) };
};
