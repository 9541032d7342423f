import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DeskOptions, type OpenDesk, openDesk } from "../../workbench/open-desk.ts";
import { contents, envelope, message } from "../support/events.ts";
import { learnerToken } from "../support/tokens.ts";
import { type HeldOptions, heldWith } from "./held.ts";
import { withSiteFolder } from "./site-folder.ts";
import { type Archived, archive, type OwnSite } from "./support.ts";

/** The schema of an event in quarantine. */
export const UNKNOWN = "https://example.edu/events/unknown";

/** An archive of today, with one event that was accepted, and one in quarantine. */
export const archiveOfToday = async (shipped: OwnSite): Promise<Archived> => {
  const filled = await archive(shipped);
  const arrived = Date.now();
  const token = await learnerToken("ada", { exp: arrived / 1000 + 3600 });
  await filled.translate([
    await message(contents(), { arrived, token }),
    await message(envelope(UNKNOWN, { at: 1 }), { arrived, token }),
  ]);
  return filled;
};

export interface Opening {
  readonly folder: string;
  /** Where a local service would keep what is its own. */
  readonly state: string;
  open(held?: HeldOptions, options?: Partial<DeskOptions>): Promise<OpenDesk>;
}

/** Runs `use` with a folder of its own, over which desks can be opened. */
export const opening = (
  { bucket }: Pick<Archived, "bucket">,
  use: (opening: Opening) => Promise<void>,
): Promise<void> =>
  withSiteFolder(async (folder) => {
    const state = await mkdtemp(join(tmpdir(), "state-"));
    try {
      await use({
        folder,
        state,
        open: (held, options) =>
          openDesk({
            held: heldWith({ bucket, ...held, opened: { state, ...held?.opened } }),
            name: "local",
            folder,
            mayWrite: true,
            ...options,
          }),
      });
    } finally {
      await rm(state, { recursive: true });
    }
  });

/** Where AWS would be, and nobody answers. */
export const NOWHERE = {
  region: "us-east-1",
  stage: "prod",
  credentials: { accessKeyId: "none", secretAccessKey: "none" },
  addresses: { aws: "http://127.0.0.1:9", parameters: "http://127.0.0.1:9" },
};
