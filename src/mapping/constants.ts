import type { Application } from "./caliper-side.ts";
import type { Constants } from "./emit.ts";

/** What mappings know of the hub when they are compiled. */
export const constantsOf = ({ id, name }: Application): Constants => ({
  hub: { id, name, files: `${id}/files` },
});
