import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { SignJWT } from "jose";
import { readSite } from "../../build/site.ts";
import { senderOf } from "../../cli/import-sender.ts";
import { type HubKey, hubKey } from "../../local/keys.ts";
import { openState } from "../../local/state.ts";
import type { Trust } from "../../src/learner/trust.ts";
import { saveOf, temporaryFolder } from "../service/support.ts";
import { serverAction } from "../support/events.ts";
import { KEY, KEY_AT } from "../support/tokens.ts";
import { jlt, withShippedSite } from "./support.ts";

// What a run has left, without a run.
const state = await openState(join(await temporaryFolder(), "state"), true);
await state.close();

const learners = String.raw`  key: ssm:/jupyter-lms/\$stage/learner-context`;

/** A look at events in a site that knows its learners in another way. */
const withTrust = (
  trust: string | undefined,
  use: (
    look: (events: readonly string[], ...args: readonly string[]) => ReturnType<typeof jlt>,
    folder: string,
  ) => Promise<void>,
): Promise<void> =>
  withShippedSite(async (folder) => {
    const file = join(folder, "translator.yml");
    const text = await readFile(file, "utf8");
    if (trust !== undefined) {
      const changed = text.replace(new RegExp(`^ {2}trust: signed.*\n${learners}.*$`, "m"), trust);
      assert.notEqual(changed, text);
      // Who trusts attributes cannot let anybody post.
      await writeFile(file, changed.replace(/^ingest:.*\n( {2}.*\n)*/m, ""));
    }
    const events = join(folder, "events.log");
    await use(async (lines, ...args) => {
      await writeFile(events, lines.join("\n"));
      return jlt(folder, ["import", events, "--dry-run", "--json", "--state", state.folder, ...args]);
    }, folder);
  });

const tokenOf = ({ key, algorithm }: HubKey, expires: number): Promise<string> =>
  new SignJWT({ role: "learner" })
    .setProtectedHeader({ alg: algorithm })
    .setSubject("ada")
    .setExpirationTime(Math.floor(Date.now() / 1000) + expires)
    .sign(key);

const FIT = [saveOf("a.ipynb")];
const NAMED = [JSON.stringify(serverAction({ username: "grace" }))];

const fitOf = (stdout: string): number => JSON.parse(stdout).files[0].fit;

describe("From whom jlt import says that events are", () => {
  it("must be said, once, and in a way that fits the site", async () => {
    await withTrust(undefined, async (look) => {
      for (const [args, message] of [
        [[], /Say who the events are from: --service NAME/],
        [["--service", "hub", "--learner", "ada"], /exclude each other/],
        [["--service", "hub", "--server", "s"], /--server goes with --learner/],
        [["--token", "t", "--course", "c"], /leave --course away/],
        [["--learner", ""], /--learner is empty/],
        [["--learner", "ada", "--rate", "0"], /--rate takes a whole number/],
        [["--learner", "ada", "-"], /- alone for standard input/],
        [["--learner", "ada", "no such file"], /no such file cannot be read/],
        [["--learner", "ada", "mappings"], /mappings is a folder/],
        [["--token", "no such token"], /no such token cannot be read/],
        [["--token", "translator.yml"], /There is no token in translator\.yml/],
      ] as const) {
        const { status, stdout, stderr } = await look(FIT, ...args);
        assert.deepEqual([status, stdout], [2, ""], stderr);
        assert.match(stderr, message);
      }
    });
  });

  it("is the server without a name where --server is empty, as the hub says it", async () => {
    const trust: Trust = { trust: "signed", keys: [{ algorithm: "HS256", secret: KEY_AT }] };
    const [named, unnamed, none] = await Promise.all(
      [{ server: "s" }, { server: "" }, {}].map((options) =>
        senderOf({ secret: async () => KEY }, trust, { learner: "ada", ...options }),
      ),
    );
    assert.equal(named?.context?.server, "s");
    assert.deepEqual([unnamed?.context, unnamed?.origin], [none?.context, none?.origin]);
    assert.equal(unnamed?.context?.server, undefined);
  });

  it("is signed here where the hub's key is a secret that both have", async () => {
    await withTrust(undefined, async (look) => {
      for (const args of [
        ["--learner", "ada", "--server", "s", "--course", "c"],
        ["--learner", "grace"],
      ])
        assert.deepEqual(fitOf((await look(FIT, ...args)).stdout), 1);
      assert.equal(fitOf((await look(NAMED, "--service", "jupyterhub")).stdout), 1);
    });
  });

  it("is a token of the hub's where the site knows public keys only, and is looked at before", async () => {
    const trust = "  keys: [{ algorithm: EdDSA, secret: ssm:/jupyter-lms/hub }]";
    await withTrust(trust, async (look, folder) => {
      const { status, stderr } = await look(FIT, "--learner", "ada");
      assert.equal(status, 2);
      assert.match(stderr, /public keys only.*--token FILE/);
      const key = hubKey((await readSite(folder)).settings.trust, state);
      const file = join(folder, "token");
      const withToken = async (token: string) => {
        await writeFile(file, `${token}\n`);
        return look(FIT, "--token", file);
      };
      assert.equal(fitOf((await withToken(await tokenOf(key, 3600))).stdout), 1);
      for (const [token, message] of [
        [await tokenOf(key, -3600), /The token has expired/],
        [(await tokenOf(key, 3600)).replace(/.{8}$/, "AAAAAAAA"), /The signature was not made with a key/],
      ] as const) {
        const refused = await withToken(token);
        assert.equal(refused.status, 2);
        assert.match(refused.stderr, message);
        assert.doesNotMatch(refused.stderr, new RegExp(token.slice(0, 30)));
      }
    });
  });

  it("is the site's own attributes where it trusts these", async () => {
    const trust = "  trust: attributes\n  attributes: { user: user }";
    await withTrust(trust, async (look) => {
      assert.deepEqual(fitOf((await look(FIT, "--learner", "ada")).stdout), 1);
      assert.deepEqual(fitOf((await look(NAMED)).stdout), 1);
      assert.deepEqual(fitOf((await look(FIT)).stdout), 0);
      for (const args of [
        ["--service", "hub"],
        ["--learner", "ada", "--course", "c"],
      ])
        assert.equal((await look(FIT, ...args)).status, 2);
    });
  });

  it("is asked for on a terminal only", async () => {
    await withTrust(undefined, async (_, folder) => {
      const file = join(folder, "events.log");
      await writeFile(file, FIT.join("\n"));
      for (const each of [file, "-"]) {
        const { status, stderr } = await jlt(folder, ["import", each, "--learner", "ada"]);
        assert.equal(status, 2);
        assert.match(stderr, /nobody can be asked|Nobody can be asked/);
        assert.match(stderr, /--dry-run to see what would be sent/);
      }
    });
  });
});
