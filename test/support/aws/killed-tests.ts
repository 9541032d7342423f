import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DELIVER, EVENTS } from "../../../local/names.ts";
import { settled } from "../../../local/service.ts";
import { builtFunctions, eventsFile, shippedEvents, temporaryFolder } from "../../service/support.ts";
import { embedded, laws, type Player } from "./player.ts";
import { LRS, SETTLE, told, withService, withServiceOver } from "./service.ts";

const DIES = join(import.meta.dirname, "die-before-acknowledge.ts");

/** Some of the shipped events: enough for several batches; what is bad among them must not be lost either. */
const events = async (): Promise<string> => {
  const lines = (await readFile(shippedEvents, "utf8")).split("\n");
  // What does not say when it happened is another event each time that it is fed.
  return eventsFile(lines.slice(0, 90).filter((line) => line.includes("timestamp__")));
};

/** What a service tells whom nobody kills, and the file with its keys: ids depend on the events and the keys alone. */
const undisturbed = async (file: string) => {
  const folder = join(await temporaryFolder(), "state");
  let expected: ReturnType<typeof told> = { statements: [], events: [] };
  await withService(embedded, { folder }, async (service) => {
    await service.feed(file);
    assert.ok(await settled(service, SETTLE));
    expected = told(service);
  });
  return { expected, keys: join(folder, "secrets.json") };
};

/** A service that is killed, and another that goes on with what it left. */
export const killedTests = (player: Player): void =>
  laws("A service that is killed", player, (law) => {
    let known: ReturnType<typeof undisturbed> | undefined;
    let file: Promise<string> | undefined;

    for (const queue of [EVENTS, DELIVER + LRS])
      law(`loses nothing between receive and acknowledge of ${queue}, and tells nothing twice`, async () => {
        file ??= events();
        known ??= undisturbed(await file);
        const { expected, keys } = await known;
        const folder = join(await temporaryFolder(), "state");
        await mkdir(folder);
        await copyFile(keys, join(folder, "secrets.json"));
        const played = await player.start();
        try {
          const args = [DIES, folder, await builtFunctions(), queue, await file];
          if (played.place !== undefined) args.push(JSON.stringify(played.place));
          const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], {
            stdio: ["ignore", "ignore", "inherit"],
          });
          const [code, signal] = await once(child, "exit");
          assert.deepEqual([code, signal], [null, "SIGKILL"]);
          await withServiceOver(played, { folder, visibility: 1 }, async (service) => {
            assert.ok(await settled(service, SETTLE));
            assert.deepEqual(told(service), expected);
          });
        } finally {
          await played.stop();
        }
      });
  });
