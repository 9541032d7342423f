import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkHeaders } from "../../src/xapi/check.ts";

const rules = (headers: Readonly<Record<string, unknown>>, version: "1.0.3" | "2.0.0" = "1.0.3") =>
  checkHeaders(headers, version).map(({ rule }) => rule);
const json = { "content-type": "application/json" };

describe("A request's headers", () => {
  it("are the version and JSON, in whatever case their names are", () => {
    assert.deepEqual(rules({ ...json, "x-experience-api-version": "1.0.3", authorization: "Basic x" }), []);
    assert.deepEqual(
      rules({ "Content-Type": "application/json", "X-Experience-API-Version": "2.0.0" }, "2.0.0"),
      [],
    );
  });

  it("may say that the JSON is UTF-8, and nothing else", () => {
    for (const type of ["application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"'])
      assert.deepEqual(rules({ "content-type": type, "x-experience-api-version": "1.0.3" }), [], type);
    for (const type of [
      "",
      "text/json",
      "application/json; charset=latin1",
      "application/jsonp",
      "multipart/mixed; boundary=a",
      null,
      7,
    ])
      assert.deepEqual(
        rules({ "content-type": type, "x-experience-api-version": "1.0.3" }),
        ["content-type-header"],
        String(type),
      );
  });

  it("are refused with another version than the endpoint's", () => {
    for (const version of ["1.0", "1.0.2", "2.0.0", " 1.0.3", "", null, ["1.0.3"]])
      assert.deepEqual(
        rules({ ...json, "x-experience-api-version": version }),
        ["version-header"],
        String(version),
      );
    assert.deepEqual(rules({ ...json, "x-experience-api-version": "2.0" }, "2.0.0"), ["version-header"]);
  });

  it("are refused where one lacks or is there twice", () => {
    assert.deepEqual(rules({}), ["missing-header", "missing-header"]);
    assert.deepEqual(rules({ ...json, "x-experience-api-version": undefined }), ["missing-header"]);
    assert.deepEqual(
      rules({ ...json, "x-experience-api-version": "1.0.3", "X-Experience-API-Version": "1.0.3" }),
      ["repeated-header"],
    );
  });
});
