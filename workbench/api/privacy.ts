import type { Block } from "../../catalog/text.ts";

/** `GET /api/privacy`: the catalog, as `jlt catalog` prints it. */
export interface Privacy {
  readonly blocks: readonly Block[];
}
