import assert from "node:assert/strict";
import { readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { siteHash } from "../../build/bundle.ts";
import { readFiles } from "../../build/files.ts";
import { settled } from "../../local/service.ts";
import { CannotRun } from "../../src/cannot-run.ts";
import { SiteError } from "../../src/document/problem.ts";
import { readAccounts } from "../../src/ledger/accounts.ts";
import { eventsFile, saveOf } from "./support.ts";
import { CONTENTS, editedSite, namesIn, SHIPPED, serviceOf } from "./taking-support.ts";

const SETTLE = 180_000;

const hashOf = async (folder: string): Promise<string> => siteHash((await readFiles(folder)).files);

describe("A service that runs", async () => {
  const { service, dist } = await serviceOf(await editedSite());
  let told = 0;
  /** How the store calls a file that is saved now; undefined where it is told nothing. */
  const nameNow = async (): Promise<string | undefined> => {
    const before = namesIn(service);
    const caliper = service.sandbox.caliper("campus-caliper").length;
    await service.feed(await eventsFile([saveOf(`stat101/${told++}.ipynb`)]));
    assert.ok(await settled(service, SETTLE));
    assert.equal(service.sandbox.caliper("campus-caliper").length, caliper + 1);
    assert.equal((await service.depths()).deadLetters, 0);
    return Object.entries(namesIn(service)).find(([name, count]) => count !== before[name])?.[0];
  };

  it("translates by the files that it takes from then on, and no longer by those before", async () => {
    const { folder, name } = await editedSite();
    assert.equal(await nameNow(), SHIPPED);
    for (const each of ["one", "two"]) {
      await name(each);
      assert.equal(await service.take(folder), undefined);
      assert.equal(await nameNow(), each);
      assert.equal(await hashOf(join(dist, "site")), await hashOf(folder));
    }
  });

  it("knows a version of an event of which it takes the schema", async () => {
    const { folder, text, write } = await editedSite();
    const event = saveOf("new.ipynb").replace('"__schema_version__":"1"', '"__schema_version__":"9"');
    const quarantined = async () =>
      (await readAccounts(service.bucket, ["campus-caliper", "campus-lrs"])).quarantined;
    await service.feed(await eventsFile([event]));
    assert.ok(await settled(service, SETTLE));
    assert.deepEqual(await quarantined(), { "schema.unknown": 1 });
    const schema = await text("mappings/jupyter-server/contents/schema.v1.yml");
    await write(
      "mappings/jupyter-server/contents/schema.v9.yml",
      schema.replace(/^version: .*$/m, 'version: "9"'),
    );
    assert.equal(await service.take(folder), undefined);
    const before = service.sandbox.caliper("campus-caliper").length;
    await service.feed(await eventsFile([event.replace("new", "newer")]));
    assert.ok(await settled(service, SETTLE));
    assert.equal(service.sandbox.caliper("campus-caliper").length, before + 1);
    assert.deepEqual(await quarantined(), { "schema.unknown": 1 });
  });

  it("goes on as it was where the files have mistakes, and says which", async () => {
    const { folder, name, edit } = await editedSite();
    await name("before mistakes");
    await service.take(folder);
    const hash = await hashOf(join(dist, "site"));
    await edit(CONTENTS, 'event.action == "save"', 'event.acton == "save"');
    await assert.rejects(service.take(folder), (error) => {
      assert.ok(error instanceof SiteError);
      const [{ file, message } = { file: "", message: "" }] = error.problems;
      assert.equal(file, CONTENTS);
      assert.match(message, /There is no field "acton" here/);
      return true;
    });
    await rm(join(folder, "translator.yml"));
    await assert.rejects(service.take(folder), SiteError);
    assert.equal(await nameNow(), "before mistakes");
    assert.equal(await hashOf(join(dist, "site")), hash);
    const beside = (await readdir(dirname(dist))).filter((name) => name.startsWith("functions"));
    assert.deepEqual(beside.sort(), ["functions", "functions.log"]);
  });

  it("takes mappings also where endpoints came, went or are reached in another way, and says what waits", async () => {
    const { folder, name, text, write } = await editedSite();
    await rm(join(folder, "endpoints", "campus-caliper.yml"));
    await write("endpoints/another-lrs.yml", await text("endpoints/campus-lrs.yml"));
    await name("other endpoints");
    const left = /^The service goes on with the endpoints that it was started with: start it again/;
    assert.match((await service.take(folder)) ?? "", left);
    assert.equal(await nameNow(), "other endpoints");
    assert.notEqual(await hashOf(join(dist, "site")), await hashOf(folder));
  });

  it("takes what endpoints select at once", async () => {
    const { folder, edit } = await editedSite();
    await edit("endpoints/campus-lrs.yml", '["stat101", "data8"]', '["data8"]');
    assert.equal(await service.take(folder), undefined);
    assert.equal(await nameNow(), undefined);
  });

  it("keeps whom it trusts, and the keys of pseudonyms, until it is started again", async () => {
    const { folder, name, edit } = await editedSite();
    await edit("translator.yml", "stage/pseudonyms", "stage/other-pseudonyms");
    await name("other keys");
    const left = /^The service goes on with the translator.yml that it was started with: start it again/;
    assert.match((await service.take(folder)) ?? "", left);
    assert.equal(await nameNow(), "other keys");
  });

  it("takes nothing that does not go together with the endpoints that it keeps", async () => {
    const { folder, name, edit } = await editedSite();
    const taken = "- jupyter-server/contents:*";
    await edit("endpoints/campus-lrs.yml", taken, `${taken}\n    - +jupyter-server/contents:opened`);
    await name("before renaming");
    await service.take(folder);
    await name("renamed");
    await edit(CONTENTS, "- name: opened", "- name: looked-at");
    await edit("endpoints/campus-lrs.yml", "contents:opened", "contents:looked-at");
    await edit("endpoints/campus-lrs.yml", "concurrency: 2", "concurrency: 3");
    await assert.rejects(service.take(folder), (error) => {
      assert.ok(error instanceof CannotRun, String(error));
      assert.match(error.message, /^These files do not go together with what the service was started with/);
      return true;
    });
    assert.equal(await nameNow(), "before renaming");
  });
});
