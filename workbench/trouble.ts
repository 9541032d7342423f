import { DamagedArchive } from "../src/archive/damaged.ts";
import { GoneObject } from "../src/archive/layout.ts";
import { troubleWithAws } from "../src/aws/trouble.ts";
import { CannotRun } from "../src/cannot-run.ts";
import { SiteError } from "../src/document/problem.ts";
import { errorName } from "../src/error-name.ts";
import { Misuse } from "../src/misuse.ts";
import type { Trouble } from "./api/about.ts";
import type { Desk } from "./desk.ts";

/** Thrown where what is asked for is not there. */
export class NotFound extends Error {
  override readonly name = "NotFound";
}

/** Thrown where what is asked for may not be done here. */
export class NotAllowed extends Error {
  override readonly name = "NotAllowed";
}

/** Thrown where something changed under whoever asks. */
export class Overtaken extends Error {
  override readonly name = "Overtaken";
}

/** What an error means to whoever looks on, in a sentence. It never quotes what nobody foresaw. */
export const troubleOf = (
  error: unknown,
  { held }: Pick<Desk, "held">,
): Trouble & { readonly status: number } => {
  if (error instanceof SiteError)
    return { status: 422, trouble: "The files have mistakes.", problems: error.problems };
  for (const [of, status] of STATUSES) if (error instanceof of) return { status, trouble: error.message };
  const aws = troubleWithAws(error, held.opened.place.region);
  if (aws !== undefined) return { status: 502, trouble: aws };
  return {
    status: 500,
    trouble: `The workbench failed at this (${errorName(error)}). Load it again; if it stays so, please tell the project.`,
  };
};

const STATUSES = [
  [Misuse, 400],
  [NotFound, 404],
  [NotAllowed, 403],
  [Overtaken, 409],
  [CannotRun, 502],
  [DamagedArchive, 502],
  [GoneObject, 503],
] as const;
