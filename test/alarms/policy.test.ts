import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readSettings } from "../../src/settings.ts";

const read = (alarms: string) => {
  const text = `hub: { id: https://hub.example.edu, name: Hub }
institution: https://www.example.edu
learners: { key: "ssm:/key", pseudonyms: "ssm:/pseudonyms" }
${alarms}
`;
  return readSettings("translator.yml", text);
};

const policyOf = (alarms: string) => {
  const settings = read(alarms);
  assert.ok("settings" in settings, JSON.stringify(settings));
  return settings.settings.alarms;
};

const problemsOf = (alarms: string): readonly string[] => {
  const problems = read(alarms);
  assert.ok(Array.isArray(problems));
  return problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
};

describe("the alarms of a site", () => {
  it("need no word of it", () => {
    assert.deepEqual(policyOf(""), { mail: [], probe: true, waiting: 6 * 3_600_000, quarantined: 0.05 });
  });

  it("are as it says", () => {
    const policy = policyOf(
      `alarms: { mail: [lms-team@example.edu], probe: false, waiting: 30m, quarantined: 100%, busy: { days: tue-sat, hours: 07-24 } }`,
    );
    assert.deepEqual(policy, {
      mail: ["lms-team@example.edu"],
      probe: false,
      waiting: 30 * 60_000,
      quarantined: 1,
      busy: { days: [2, 6], hours: [7, 24] },
    });
  });

  it("take a single day, and the days of work where none are named", () => {
    assert.deepEqual(policyOf("alarms: { busy: { days: sun, hours: 0-1 } }").busy?.days, [7, 7]);
    assert.deepEqual(policyOf("alarms: { busy: { hours: 0-1 } }").busy?.days, [1, 5]);
  });

  const wrong: readonly (readonly [alarms: string, problem: RegExp])[] = [
    ["alarms: { mail: [nobody] }", /^4:18 .*must be a mail address/],
    ["alarms: { mial: [a@example.edu] }", /^4:11 .*did you mean "mail"/],
    ["alarms: { quarantined: 0% }", /^4:24 .*share from 1% to 100%/],
    ["alarms: { quarantined: 5 }", /^4:24 /],
    ["alarms: { waiting: 14d }", /^4:20 The wait is from 1m to 13d/],
    ["alarms: { waiting: 500ms }", /^4:20 The wait is from 1m/],
    ["alarms: { busy: { days: fri-mon, hours: 7-19 } }", /^4:25 The week begins on Monday/],
    ["alarms: { busy: { hours: 19-7 } }", /^4:26 The hours end before they begin/],
    ["alarms: { busy: { hours: 7-25 } }", /^4:26 .*must be hours such as 7-19/],
    ["alarms: { busy: { days: mon-fri } }", /^4:17 .*hours/],
  ];
  for (const [alarms, problem] of wrong)
    it(`are refused, with their place: ${alarms}`, () => {
      const problems = problemsOf(alarms);
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? "", problem);
    });
});
