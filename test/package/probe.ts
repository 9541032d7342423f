import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { stackOf } from "../../infra/stack.ts";
import { answerOf } from "./calling.ts";
import { prod } from "./packaged.ts";
import {
  allowed,
  endpoints,
  functionOf,
  type JsonObject,
  ofType,
  resource,
  site,
  type Template,
  TRACES,
  target,
  withKey,
} from "./support.ts";

const NAME = "jupyter-lms-prod-probe";
const QUEUE = { EVENTS_QUEUE: "http://127.0.0.1:9/events" };

/** The template of the shipped site where it is tested, or is not. */
const templateOf = (probe: boolean): Template => {
  const settings = { ...site.settings, alarms: { ...site.settings.alarms, probe } };
  const tested = endpoints.filter(({ name }) => probe || name !== "probe");
  return JSON.parse(JSON.stringify(stackOf({ settings, endpoints: tested }).resources));
};

const variablesOf = (name: string): JsonObject => {
  const { Variables } = functionOf(prod, name)[1].Properties.Environment as {
    readonly Variables: JsonObject;
  };
  return Variables;
};

describe("the probe", () => {
  it("is called every five minutes", () => {
    const [id] = functionOf(prod, NAME);
    const rules = ofType(prod, "AWS::Events::Rule").filter(([, { Properties }]) =>
      JSON.stringify(Properties.Targets).includes(`"${id}"`),
    );
    assert.deepEqual(
      rules.map(([, { Properties }]) => [Properties.ScheduleExpression, Properties.State]),
      [["rate(5 minutes)", "ENABLED"]],
    );
  });

  it("answers one path of an HTTP API, which is throttled, and keeps no log of who asks", () => {
    const [id, { Properties }] = functionOf(prod, NAME);
    assert.deepEqual(resource(prod, "ProbeApi").Properties, { Name: NAME, ProtocolType: "HTTP" });
    assert.equal(resource(prod, "ProbeApiRoute").Properties.RouteKey, "POST /probe");
    assert.equal(target(resource(prod, "ProbeApiIntegration").Properties.IntegrationUri), id);
    const { DefaultRouteSettings, AccessLogSettings } = resource(prod, "ProbeApiStage").Properties;
    assert.deepEqual(DefaultRouteSettings, { ThrottlingRateLimit: 2, ThrottlingBurstLimit: 2 });
    assert.equal(AccessLogSettings, undefined);
    // However many requests there are, the schedule still has its turn.
    assert.equal(Properties.ReservedConcurrentExecutions, 3);
  });

  it("is found by the delivery to its endpoint, and by no other", () => {
    for (const { name } of endpoints)
      assert.deepEqual(
        variablesOf(`jupyter-lms-prod-deliver-${name}`).PROBE_URL,
        name === "probe" ? { "Fn::Sub": "${ProbeApi.ApiEndpoint}/probe" } : undefined,
        name,
      );
    assert.ok(endpoints.some(({ name }) => name === "probe"));
  });

  it("may send to the events queue, read the key that it makes tags with, and no more", () => {
    const { key } = site.settings.pseudonyms;
    const parameter = key.slice("ssm:".length).replace("$stage", "prod");
    assert.deepEqual(
      [...allowed(prod, "ProbeRole")].sort(),
      [
        "logs:CreateLogStream ProbeLogGroup.Arn",
        "logs:PutLogEvents ProbeLogGroup.Arn",
        "sqs:SendMessage TranslateQueue.Arn",
        `ssm:GetParameters arn:$\{AWS::Partition}:ssm:$\{AWS::Region}:$\{AWS::AccountId}:parameter${parameter}`,
        ...withKey("GenerateDataKey", "Decrypt"),
        ...TRACES,
      ].sort(),
    );
  });

  it("tells whoever delivers to come again where the site's key cannot be read, and logs a name", async () => {
    const { log, answer } = await answerOf("probe", { method: "POST", path: "/probe" }, QUEUE);
    assert.equal(answer.statusCode, 503);
    assert.match(log, /The probe failed\..*error: '\w+'/s);
  });

  it("is not there where the site wants no test, nor anything of it", () => {
    const ids = ({ Resources }: Template): readonly string[] =>
      Object.keys(Resources).filter((id) => /^(Probe|DeliverDashprobe)/.test(id));
    assert.deepEqual(ids(templateOf(false)), []);
    for (const id of ["ProbeApi", "ProbeRole", "DeliverDashprobeQueue", "DeliverDashprobeRole"])
      assert.ok(ids(templateOf(true)).includes(id), id);
  });
});
