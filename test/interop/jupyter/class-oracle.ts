/**
 * What learning systems must have been told of a class, from the list of what was done alone: written down from what
 * Jupyter was seen to emit and what the mappings' pages promise, without a look at the code that does it.
 */
import type { Done } from "./class-acts.ts";

/** A statement or an event, as far as these tests look at it. */
export interface Told {
  readonly user: string;
  /** A verb's IRI; or a type of event, and an action. */
  readonly did: string;
  readonly object: string;
  /** What it was renamed from or copied to; the cell that was run, or what it is a part of; what a kernel did. */
  readonly more?: string;
  readonly success?: boolean;
  readonly course: string;
}

/** How often something must have been told, at least and at most, by its text. */
export type Expected = ReadonlyMap<string, { readonly least: number; readonly most: number }>;

/** The course that a learner is in, as their statements name it. */
export type CourseOf = (user: string) => string;

/** The same text for the same statement. */
export const textOf = ({ user, did, object, more, success, course }: Told): string =>
  [user, did, object, more ?? "–", success ?? "–", course].join(" | ");

/** What an xAPI store must have been told: a notebook is opened where its room is joined. */
export const toldInXapi = (done: readonly Done[], courseOf: CourseOf): Expected =>
  expected(done, courseOf, inXapi);

/** What a Caliper endpoint must have been told that asks for looks at files as well. */
export const toldInCaliper = (done: readonly Done[], courseOf: CourseOf): Expected => {
  const all = new Map(expected(done, courseOf, inCaliper));
  for (const { user, path, least, most } of opened(done)) {
    const did = "ResourceManagementEvent Retrieved";
    all.set(textOf({ user, did, object: fileOf(path), course: courseOf(user) }), { least, most });
  }
  return all;
};

export const HUB = "https://hub.example.edu";

type Tell = Omit<Told, "user" | "course">;

const iri = (...parts: readonly string[]): string => [HUB, ...parts.map(encodeURIComponent)].join("/");
/** Nothing here is in a folder, so that a path is one part of it. */
const fileOf = (path: string): string => iri("files", path);
const roomOf = (room: string): string => iri("rooms", room);
const cellOf = (room: string, cell: string): string => iri("rooms", room, "cells", cell);
const KERNEL = iri("kernels", "python3");

/** Stands for the session that a server's token is for: its id is the hub's. */
export const SESSION = "the learner's session";

const STREAMS = "http://activitystrea.ms/schema/1.0/";
const INTERACTED = "http://adlnet.gov/expapi/verbs/interacted";
const ADL = "https://w3id.org/xapi/adl/verbs/";

const inXapi = (done: Done): readonly Tell[] => {
  switch (done.act) {
    case "log in":
      return [{ did: `${ADL}logged-in`, object: HUB }];
    case "log out":
      return [{ did: `${ADL}logged-out`, object: HUB }];
    case "time out":
      return [{ did: `${ADL}abandoned`, object: HUB }];
    case "save":
      return [{ did: `${STREAMS}save`, object: fileOf(done.path) }];
    case "delete":
      return [{ did: `${STREAMS}delete`, object: fileOf(done.path) }];
    case "rename":
      return [{ did: `${STREAMS}update`, object: fileOf(done.path), more: fileOf(done.from) }];
    case "copy":
      return [
        // The server saves the copy, and then tells that it was copied.
        { did: `${STREAMS}save`, object: fileOf(done.path) },
        {
          did: "https://w3id.org/jupyter-lms-translator/verbs/copied",
          object: fileOf(done.from),
          more: fileOf(done.path),
        },
      ];
    case "join":
      return [{ did: `${STREAMS}join`, object: roomOf(done.room) }];
    case "leave":
      return [{ did: `${STREAMS}leave`, object: roomOf(done.room) }];
    case "start kernel":
      return [{ did: INTERACTED, object: KERNEL }];
    case "restart kernel":
      return [{ did: INTERACTED, object: KERNEL, more: "restart" }];
    case "stop kernel":
      return [{ did: INTERACTED, object: KERNEL, more: "shutdown" }];
    case "run": {
      const { room, cell, success } = done;
      return [{ did: INTERACTED, object: cellOf(room, cell), more: roomOf(room), success }];
    }
    case "open":
      return [];
  }
};

const inCaliper = (done: Done): readonly Tell[] => {
  const managed = (action: string, path: string): Tell => ({
    did: `ResourceManagementEvent ${action}`,
    object: fileOf(path),
  });
  const used = { did: "ToolUseEvent Used", object: KERNEL };
  switch (done.act) {
    case "log in":
      return [{ did: "SessionEvent LoggedIn", object: HUB }];
    case "log out":
      return [{ did: "SessionEvent LoggedOut", object: HUB }];
    case "time out":
      return [{ did: "SessionEvent TimedOut", object: SESSION }];
    case "save":
      return [managed("Saved", done.path)];
    case "delete":
      return [managed("Deleted", done.path)];
    case "rename":
      return [{ ...managed("Modified", done.path), more: fileOf(done.from) }];
    case "copy":
      return [managed("Saved", done.path), { ...managed("Copied", done.from), more: fileOf(done.path) }];
    case "join":
      return [{ did: "ViewEvent Viewed", object: roomOf(done.room) }];
    case "start kernel":
      return [used];
    case "restart kernel":
      return [{ ...used, more: "restart" }];
    case "stop kernel":
      return [{ ...used, more: "shutdown" }];
    case "run":
      return [{ ...used, object: HUB, more: cellOf(done.room, done.cell), success: done.success }];
    // Caliper has no action for it.
    case "leave":
      return [];
    case "open":
      return [];
  }
};

const expected = (
  done: readonly Done[],
  courseOf: CourseOf,
  tell: (done: Done) => readonly Tell[],
): Expected => {
  const all = new Map<string, { least: number; most: number }>();
  for (const each of done)
    for (const told of tell(each)) {
      const text = textOf({ ...told, user: each.user, course: courseOf(each.user) });
      const times = 1 + (all.get(text)?.least ?? 0);
      all.set(text, { least: times, most: times });
    }
  return all;
};

/**
 * How often notebooks are told as opened. Jupyter Server tells of each look at a file (`get`), its own before it saves
 * included. The mapping tells those of a notebook once within five seconds, but only of what came to it in one batch. So
 * a look with none in the five seconds before it is always told; of the others, any number may be.
 */
const opened = (
  done: readonly Done[],
): readonly {
  readonly user: string;
  readonly path: string;
  readonly least: number;
  readonly most: number;
}[] => {
  const looks = done.flatMap((each) => {
    const [path, count] = looked(each);
    return path.endsWith(".ipynb") && count > 0 ? [{ ...each, path, count }] : [];
  });
  const byFile = Map.groupBy(looks, ({ user, path }) => JSON.stringify([user, path]));
  return [...byFile.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    let [least, most, told] = [0, 0, Number.NEGATIVE_INFINITY];
    for (const { asked, answered, count } of group.toSorted((a, b) => a.asked - b.asked)) {
      most += count;
      if (asked - told < 5000) continue;
      least += 1;
      told = answered;
    }
    return [{ user: first.user, path: first.path, least, most }];
  });
};

/** Which file Jupyter Server looks at for an act, and how often. */
const looked = (done: Done): readonly [path: string, count: number] => {
  switch (done.act) {
    case "open":
      return [done.path, 1];
    case "rename":
      return [done.path, 1];
    case "save":
      // A room looks whether the file has changed meanwhile, and at what it has saved.
      return [done.path, done.room ? 3 : 1];
    case "join":
      return [done.path, done.first ? 1 : 0];
    default:
      // Copies are made of files only that are no notebooks.
      return ["", 0];
  }
};
