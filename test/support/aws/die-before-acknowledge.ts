import { project } from "../../../build/bundle.ts";
import { readSite } from "../../../build/site.ts";
import { settled, startService } from "../../../local/service.ts";
import { openState } from "../../../local/state.ts";
import { type Place, reachAws } from "./reached.ts";

/**
 * A service that is killed at the worst moment: when its function has done its work, and the queue has not been told.
 * Arguments: the state's folder, that of the bundles, the queue, the file to feed, and in JSON, where SQS and S3 are, if not embedded.
 */
const [folder = "", dist = "", deadly = "", file = "", where] = process.argv.slice(2);
const place: Place | undefined = where === undefined ? undefined : JSON.parse(where);
const state = await openState(folder, true);
const service = await startService({
  state,
  dist,
  site: await readSite(project),
  visibility: 1,
  ...(place !== undefined && { openAws: async () => reachAws(place) }),
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
// It has not been killed.
process.exit(3);
