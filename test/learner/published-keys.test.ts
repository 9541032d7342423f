import assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, describe, it } from "node:test";
import { errors } from "jose";
import { ComesAgain } from "../../src/again.ts";
import { publishedKeys } from "../../src/learner/published-keys.ts";
import { tokenVerifier, type VerificationKeys } from "../../src/learner/verify.ts";
import { ARRIVED, KEY } from "../support/tokens.ts";
import { eddsa, hs256, privateOf } from "./signing.ts";

const FORGED = /^identity\.forged: /;

const verdict = async (keys: VerificationKeys, token: string): Promise<string> => {
  const read = await tokenVerifier(keys)(token, ARRIVED);
  return "reason" in read ? `${read.reason}: ${read.detail}` : read.subject;
};

const servers: { close(): void }[] = [];
after(() => {
  for (const each of servers) each.close();
});

type Answer = (response: ServerResponse) => void;

const keySet = (names: readonly string[], withIds = true): string =>
  JSON.stringify({
    keys: names.map((name) => ({
      ...createPublicKey(privateOf(name)).export({ format: "jwk" }),
      ...(withIds && { kid: name }),
      alg: "EdDSA",
    })),
  });

const answers =
  (body: string, status = 200): Answer =>
  (response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(body);

/** A hub that answers as it is told to at each time. */
const hub = async (first: Answer) => {
  let asked = 0;
  let answer = first;
  const server = createServer((_, response) => {
    asked++;
    answer(response);
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    jwks: `http://127.0.0.1:${port}/jwks.json`,
    asked: () => asked,
    now: (next: Answer) => {
      answer = next;
    },
  };
};

const published = { claims: { aud: "jupyter-lms-translator" } };
const options = { currentDate: new Date(ARRIVED) };

describe("keys that the hub publishes", () => {
  it("verify what the hub signs for us, and are asked for once", async () => {
    const { jwks, asked } = await hub(answers(keySet(["one", "two"])));
    const verify = tokenVerifier({ keys: [], jwks });
    for (const kid of ["one", "two", "one"]) {
      const read = await verify(await eddsa(kid, { kid, ...published }), ARRIVED);
      assert.ok("subject" in read);
    }
    assert.equal(asked(), 1);
  });

  it("verify no token that the hub has signed for somebody else", async () => {
    const { jwks } = await hub(answers(keySet(["one"])));
    for (const aud of [undefined, "lms"])
      assert.match(
        await verdict({ keys: [], jwks }, await eddsa("one", { kid: "one", claims: { aud } })),
        /audience|missing/,
      );
  });

  it("make a token that none of them has signed a forged one", async () => {
    const { jwks } = await hub(answers(keySet(["one"])));
    const keys = { keys: [], jwks };
    assert.match(await verdict(keys, await eddsa("two", { kid: "two", ...published })), FORGED);
    assert.match(await verdict(keys, await eddsa("two", { kid: "one", ...published })), FORGED);
    assert.match(await verdict(keys, await hs256(KEY, { kid: "one", ...published })), FORGED);
  });

  it("that cannot be had make messages come again: they are neither lost nor believed, and the hub is let be", async () => {
    const { jwks, asked } = await hub(answers("", 503));
    const verify = tokenVerifier({ keys: [], jwks });
    for (let at = 0; at < 5; at++)
      await assert.rejects(verify(await eddsa("one", { kid: "one", ...published }), ARRIVED), ComesAgain);
    assert.equal(asked(), 1);
  });

  it("stand beside keys that the file names", async () => {
    const { jwks } = await hub(answers(keySet(["one"])));
    const keys: VerificationKeys = { keys: [{ id: "own", algorithm: "HS256", value: KEY }], jwks };
    assert.equal(await verdict(keys, await hs256(KEY, { kid: "own" })), "ada");
    assert.equal(await verdict(keys, await eddsa("one", { kid: "one", ...published })), "ada");
  });

  it("without names are all tried", async () => {
    const { jwks } = await hub(answers(keySet(["one", "two"], false)));
    for (const name of ["one", "two"])
      assert.equal(await verdict({ keys: [], jwks }, await eddsa(name, published)), "ada");
    assert.match(await verdict({ keys: [], jwks }, await eddsa("three", published)), FORGED);
  });

  it("are asked for anew after five minutes, and for a key that is not known after half a minute", async () => {
    const { jwks, asked, now } = await hub(answers(keySet(["one"])));
    let time = 0;
    const verify = publishedKeys(jwks, () => time);
    const [one, two] = [await eddsa("one", { kid: "one" }), await eddsa("two", { kid: "two" })];
    await verify(one, options);
    now(answers(keySet(["two"])));
    // A key that is newer than what was had a moment ago is no forgery yet.
    await assert.rejects(verify(two, options), ComesAgain);
    time += 29_999;
    await assert.rejects(verify(two, options), ComesAgain);
    await verify(one, options);
    assert.equal(asked(), 1);
    time += 1;
    await verify(two, options);
    assert.equal(asked(), 2);
    // The hub has withdrawn them.
    time += 30_000;
    await assert.rejects(verify(one, options), errors.JWKSNoMatchingKey);
    now(answers(keySet([])));
    time += 300_001;
    await assert.rejects(verify(two, options), errors.JWKSNoMatchingKey);
    assert.equal(asked(), 4);
  });

  it("that are known stay good while the hub is down, whatever keys others name meanwhile", async () => {
    const { jwks, now } = await hub(answers(keySet(["one"])));
    let time = 0;
    const verify = publishedKeys(jwks, () => time);
    const one = await eddsa("one", { kid: "one" });
    await verify(one, options);
    now(answers("", 503));
    time += 60_000;
    for (let at = 0; at < 3; at++) {
      await assert.rejects(verify(await eddsa("two", { kid: `x${at}` }), options), ComesAgain);
      await verify(one, options);
    }
  });

  it("are no keys where the answer is none, leads elsewhere, or does not end", async () => {
    const endless: Answer = (response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write(" ".repeat(65_536)));
      };
      response.on("drain", more);
      more();
    };
    const elsewhere: Answer = (response) => response.writeHead(302, { location: "/other" }).end();
    for (const answer of [answers("{}"), answers("no"), answers('{"keys":[1]}'), elsewhere, endless]) {
      const { jwks } = await hub(answer);
      const token = await eddsa("one", { kid: "one", ...published });
      await assert.rejects(tokenVerifier({ keys: [], jwks })(token, ARRIVED), ComesAgain);
    }
  });
});
