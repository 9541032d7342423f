import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type AnswerClass, classify, readAnswers } from "../../src/endpoint/answers.ts";
import { readEndpoint } from "../../src/endpoint/read.ts";
import { endpointFile } from "../mapping/support.ts";

const defaults = readAnswers();

describe("An endpoint's answers", () => {
  const classes: readonly (readonly [status: number | "network", name: AnswerClass])[] = [
    [200, "done"],
    [204, "done"],
    [299, "done"],
    [400, "split"],
    [401, "setup"],
    [403, "setup"],
    [404, "setup"],
    [408, "retry"],
    [409, "split"],
    [413, "split"],
    [415, "setAside"],
    [422, "split"],
    [429, "retry"],
    [500, "retry"],
    [599, "retry"],
    ["network", "retry"],
  ];
  for (const [status, name] of classes)
    it(`${status} is ${name}`, () => assert.equal(classify(defaults, status), name));

  it("wait for the administrator where no class names them", () => {
    for (const status of [100, 301, 302, 402, 418, 600]) assert.equal(classify(defaults, status), "setup");
    assert.equal(classify(readAnswers({ retry: [] }), 503), "setup");
  });

  it("are tried again where there is no answer, even if no class names it", () => {
    assert.equal(classify(readAnswers({ retry: [] }), "network"), "retry");
    assert.equal(classify(readAnswers({ retry: [], setAside: ["network"] }), "network"), "setAside");
  });

  it("belong to a single code before a range, and to a narrow range before a wide one", () => {
    const answers = readAnswers({ done: [503, "200-299"], setAside: ["550-560"], retry: ["500-599"] });
    assert.deepEqual(
      [503, 502, 555, 561].map((status) => classify(answers, status)),
      ["done", "retry", "setAside", "retry"],
    );
  });

  it("keep the defaults of the classes that a file does not set", () => {
    const file = readEndpoint("a", "a.yml", endpointFile("xapi", "answers: { split: [422] }\n"));
    assert.ok("endpoint" in file);
    assert.deepEqual(
      [200, 422, 415, 400, 503].map((status) => classify(file.endpoint.answers, status)),
      ["done", "split", "setAside", "setup", "retry"],
    );
  });

  it("are what a file says of them, however wide its range is", () => {
    const code = fc.integer({ min: 100, max: 599 });
    fc.assert(
      fc.property(code, code, code, (one, other, status) => {
        const [from, to] = one < other ? [one, other] : [other, one];
        const answers = readAnswers({ setAside: [`${from}-${to}`] });
        const isSaid = from <= status && status <= to;
        // The class that it names has no other codes then.
        const before = classify(defaults, status) === "setAside" ? "setup" : classify(defaults, status);
        assert.equal(classify(answers, status), isSaid ? "setAside" : before);
      }),
    );
  });

  it("are what a file says of them, before any default", () => {
    const answers = readAnswers({ setAside: [409, "500-599", "network"] });
    assert.deepEqual(
      ([409, 500, 503, "network", 400, 429] as const).map((status) => classify(answers, status)),
      ["setAside", "setAside", "setAside", "setAside", "split", "retry"],
    );
    assert.deepEqual(
      [401, 429, 404].map((status) => classify(readAnswers({ setAside: ["400-499"] }), status)),
      ["setAside", "setAside", "setAside"],
    );
  });

  it("always have a class", () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.constant("network" as const)), (status) => {
        assert.match(classify(defaults, status), /^(done|retry|split|setup|setAside)$/);
      }),
    );
  });
});
