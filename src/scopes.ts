import type { Frames } from "./endpoint/frame.ts";
import type { JsonObject } from "./event/json.ts";
import type { AcceptedEvent } from "./intake.ts";
import type { Frame, Scope } from "./site.ts";

/** The scope of an event. It is the same object for all events of a learner that follow one another, until the next. */
export type ScopeFor = (event: AcceptedEvent, previous: JsonObject | undefined) => Scope;

/** Makes the scopes of events for one endpoint. */
export const scopesOf = (frames: Frames): ScopeFor => {
  let last:
    | { readonly frame: Frame; readonly scope: { -readonly [Key in keyof Scope]: Scope[Key] } }
    | undefined;
  let current: AcceptedEvent | undefined;
  const id: Scope["id"] = (translation, position) => {
    if (current === undefined) throw new Error("There is no event of which there could be a statement.");
    return frames.id(current.id, translation, position, current.arrived);
  };
  return (event, previous) => {
    current = event;
    const frame = frames.of(event.learner, event.arrived);
    if (last?.frame !== frame) last = { frame, scope: { ...frame, time: event.time, id, previous } };
    last.scope.time = event.time;
    last.scope.previous = previous;
    return last.scope;
  };
};
