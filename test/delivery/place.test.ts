import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { credentialsOf } from "../../src/delivery/credentials.ts";
import { pacingOf } from "../../src/delivery/pacing.ts";
import { placesOf } from "../../src/delivery/place.ts";
import { Unreachable } from "../../src/delivery/unreachable.ts";
import { SENSOR } from "../support/delivering.ts";
import { bound, launchEndpoint } from "./launch-support.ts";

const places = (exchange = async (): Promise<never> => Promise.reject(new Unreachable("ECONNREFUSED"))) => {
  const endpoint = launchEndpoint(["lms.example.edu"]);
  const now = (): number => 0;
  const credentials = credentialsOf(endpoint, "a-token", exchange);
  return placesOf(endpoint, {
    credentials,
    exchange,
    pacing: pacingOf(endpoint.limits, now),
    sensor: SENSOR,
    now,
  });
};

describe("the places of an endpoint", () => {
  it("are told apart by their addresses, and remember what became of them", async () => {
    const placeAt = places();
    const [one, other] = [placeAt("https://lms.example.edu/1"), placeAt("https://lms.example.edu/2")];
    const { outcomes, trouble } = await one.offer([[bound(one.url)]], () => 60_000);
    assert.deepEqual([outcomes.length, trouble?.why], [1, "retry"]);
    assert.deepEqual([one.isTroubled(), other.isTroubled()], [true, false]);
    assert.ok(one.left() > 0 && other.left() === 0);
    assert.equal(placeAt(one.url), one);
  });

  it("are forgotten where they are too many, those first that were asked the longest ago", () => {
    const placeAt = places();
    const all = Array.from({ length: 200 }, (_, at) => placeAt(`https://lms.example.edu/${at}`));
    const [first, second] = all;
    assert.ok(first && second);
    assert.equal(placeAt(first.url), first);
    placeAt("https://lms.example.edu/200");
    assert.equal(placeAt(first.url), first);
    assert.notEqual(placeAt(second.url), second);
  });
});
