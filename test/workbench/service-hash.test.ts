import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { serviceHash } from "../../workbench/service-hash.ts";
import { listener } from "../support/listener.ts";
import { NOWHERE } from "./desk-opening.ts";
import { heldWith } from "./held.ts";

describe("the files that a deployed service was made of", () => {
  it("are asked for at most once a minute, and are unknown where AWS does not tell", async () => {
    let hash = "0123456789abcdef";
    await using aws = await listener(() => ({
      headers: { "content-type": "text/xml" },
      text: `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>
<StackName>a-stack</StackName><StackStatus>UPDATE_COMPLETE</StackStatus>
<Outputs><member><OutputKey>SiteHash</OutputKey><OutputValue>${hash}</OutputValue></member></Outputs>
</member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
    }));
    let now = 1_000_000;
    const place = { ...NOWHERE, addresses: { aws: aws.url, parameters: aws.url } };
    const held = heldWith({ opened: { kind: "deployed", stack: "a-stack", place } });
    const hashOf = serviceHash(held, () => now);
    assert.equal(await hashOf(), "0123456789abcdef");
    hash = "another-one";
    now += 30_000;
    assert.equal(await hashOf(), "0123456789abcdef");
    assert.equal(aws.requests.length, 1);
    now += 31_000;
    assert.equal(await hashOf(), "another-one");
    assert.equal(aws.requests.length, 2);
    const nowhere = heldWith({ opened: { kind: "deployed", stack: "a-stack", place: NOWHERE } });
    assert.equal(await serviceHash(nowhere)(), undefined);
  });
});
