import type { Desk } from "../desk.ts";

/** Makes something of what index and files hold, and remembers it until either holds something else. */
export const remembering = <T>(make: (desk: Desk) => T): ((desk: Desk) => T) => {
  const known = new WeakMap<Desk["index"], { readonly of: string; readonly made: T }>();
  return (desk) => {
    const of = `${desk.index.version} ${desk.site().hash}`;
    const before = known.get(desk.index);
    if (before?.of === of) return before.made;
    const made = make(desk);
    known.set(desk.index, { of, made });
    return made;
  };
};
