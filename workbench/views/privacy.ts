import { withoutProbe } from "../../build/probe.ts";
import type { SiteFiles } from "../../build/site.ts";
import { catalogOf } from "../../catalog/catalog.ts";
import { pageOf } from "../../catalog/page.ts";
import type { Privacy } from "../api/privacy.ts";
import type { Desk } from "../desk.ts";

const known = new WeakMap<SiteFiles, Privacy>();

/** What is collected, field by field, and where it goes: the catalog of the files. */
export const privacyOf = (desk: Desk): Privacy => {
  const { files } = desk.site();
  const before = known.get(files);
  if (before !== undefined) return before;
  const privacy = { blocks: pageOf(catalogOf(withoutProbe(files))) };
  known.set(files, privacy);
  return privacy;
};
