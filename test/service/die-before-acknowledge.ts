import { join } from "node:path";
import { buildSite, project } from "../../build/bundle.ts";
import { readSite } from "../../build/site.ts";
import { settled, startService } from "../../local/service.ts";
import { openState } from "../../local/state.ts";

/**
 * A service that is killed at the worst moment: when its function has done its work, and the queue has not been told.
 * Arguments: the state's folder, the queue, and the file to feed.
 */
const [folder = "", deadly = "", file = ""] = process.argv.slice(2);
const state = await openState(folder, true);
const dist = join(folder, "functions");
await buildSite(project, dist);
const service = await startService({
  state,
  dist,
  site: await readSite(project),
  visibility: 1,
  beforeAcknowledge: async (queue) => {
    if (queue === deadly && isFed) process.kill(process.pid, "SIGKILL");
  },
});
// What was not fed cannot be lost: the world ends only after that.
let isFed = false;
await service.feed(file);
isFed = true;
await service.feed(file);
await settled(service, 30_000);
