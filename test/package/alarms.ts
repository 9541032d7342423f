import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { NAMESPACE } from "../../src/metrics.ts";
import {
  deliveries,
  emitted,
  metricsOf,
  type SeenAlarm,
  seenAlarms,
  stackFor,
  told,
} from "./alarm-support.ts";
import { dev, prod } from "./packaged.ts";
import { type JsonObject, ofType, resource } from "./support.ts";

const all = (): readonly SeenAlarm[] => seenAlarms(prod);

/** Whether some alarm watches this metric of this thing. */
const isWatched = (name: string, value: string, namespace?: string): boolean =>
  all().some((alarm) =>
    metricsOf(alarm).some(
      (metric) =>
        metric.MetricName === name &&
        (namespace === undefined || metric.Namespace === namespace) &&
        metric.Dimensions.some((each) => each.Value === value),
    ),
  );

describe("alarms", () => {
  it("watch the errors of every function, and whether there is room for it", () => {
    const names = ofType(prod, "AWS::Lambda::Function").map(([, { Properties }]) =>
      String(Properties.FunctionName),
    );
    assert.ok(names.length > 6);
    for (const name of names)
      for (const metric of ["Errors", "Throttles"])
        assert.ok(isWatched(metric, name), `${metric} of ${name}`);
  });

  it("watch every endpoint for batches of which nothing could be delivered, which to Lambda are no errors", () => {
    const delivering = deliveries(prod);
    assert.ok(delivering.some(({ endpoint }) => endpoint === "probe"));
    for (const { lambda } of delivering) assert.ok(isWatched("FailedBatches", lambda, NAMESPACE), lambda);
    assert.ok(isWatched("Returned", "jupyter-lms-prod-translate", NAMESPACE));
  });

  it("watch every dead-letter queue, and how old what waits for translation is", () => {
    const queues = ofType(prod, "AWS::SQS::Queue").map(([, { Properties }]) => String(Properties.QueueName));
    const dead = queues.filter((name) => name.endsWith("-dead-letters"));
    assert.equal(dead.length, queues.length / 2);
    // Nobody's statements are in the probe's: its time tells of them.
    for (const name of dead)
      if (!name.includes("-deliver-probe-"))
        assert.ok(isWatched("ApproximateNumberOfMessagesVisible", name, "AWS/SQS"), name);
    assert.ok(isWatched("ApproximateAgeOfOldestMessage", "jupyter-lms-prod-events", "AWS/SQS"));
  });

  it("watch how long statements wait for each endpoint, what it sets aside, and what it needs an administrator for", () => {
    const delivering = deliveries(prod).filter(({ endpoint }) => endpoint !== "probe");
    assert.ok(delivering.length >= 2);
    for (const { endpoint, lambda } of delivering) {
      for (const metric of ["OldestWait", "Waiting", "SetAside"])
        assert.ok(isWatched(metric, lambda, NAMESPACE), `${metric} of ${endpoint}`);
      const queue = `jupyter-lms-prod-deliver-${endpoint}`;
      assert.ok(isWatched("ApproximateAgeOfOldestMessage", queue, "AWS/SQS"), queue);
      const setup = all().find(({ AlarmName }) => AlarmName === `jupyter-lms-prod-deliver-${endpoint}-setup`);
      assert.ok(setup);
      assert.deepEqual(
        metricsOf(setup).map(({ Dimensions }) => Dimensions.find(({ Name }) => Name === "Why")?.Value),
        ["setup", "version"],
      );
    }
  });

  it("watch every address that answers over HTTPS but the probe's own, which its time tells of", () => {
    const apis = ofType(prod, "AWS::ApiGatewayV2::Api").map(([id]) => id);
    assert.deepEqual(apis.sort(), ["IngestApi", "LearnersPage", "ProbeApi"]);
    const watched = all().flatMap((alarm) =>
      metricsOf(alarm).filter(({ MetricName }) => MetricName === "5xx"),
    );
    assert.deepEqual(
      watched.map(({ Dimensions }) => Dimensions),
      [[{ Name: "ApiId", Value: { Ref: "IngestApi" } }], [{ Name: "ApiId", Value: { Ref: "LearnersPage" } }]],
    );
  });

  it("look only at what there is: functions, queues, and metrics that these functions write", () => {
    const functions = new Map(
      ofType(prod, "AWS::Lambda::Function").map(([, { Properties }]) => [
        String(Properties.FunctionName),
        Properties,
      ]),
    );
    const queues = ofType(prod, "AWS::SQS::Queue").map(([, { Properties }]) => Properties.QueueName);
    for (const alarm of all())
      for (const { Namespace, MetricName, Dimensions } of metricsOf(alarm)) {
        const [{ Name, Value } = { Name: "", Value: "" }, by] = Dimensions;
        if (Name === "QueueName") assert.ok(queues.includes(Value), `${alarm.AlarmName}: ${Value}`);
        if (Name !== "FunctionName") continue;
        const found = functions.get(String(Value));
        assert.ok(found, `${alarm.AlarmName}: ${Value}`);
        if (Namespace === NAMESPACE)
          assert.ok(
            emitted(String(Value).replace("jupyter-lms-prod-", ""), MetricName, by?.Name, by?.Value),
            `${alarm.AlarmName}: ${Value} counts no ${MetricName} by ${by?.Name} ${by?.Value}`,
          );
      }
  });

  it("go to the topic when they ring and when they fall silent, and take a stand on what is missing", () => {
    for (const alarm of all()) {
      assert.deepEqual(alarm.AlarmActions, [{ Ref: "Alarms" }]);
      assert.deepEqual(alarm.OKActions, [{ Ref: "Alarms" }]);
      const silence =
        /-(missing|not-made|not-audited)$/.test(alarm.AlarmName) && !alarm.AlarmName.includes("events");
      assert.equal(alarm.TreatMissingData, silence ? "breaching" : "notBreaching", alarm.AlarmName);
    }
  });

  it("look back no further than CloudWatch lets them, and at no more metrics", () => {
    for (const alarm of all()) {
      const { AlarmName, EvaluationPeriods, DatapointsToAlarm, Metrics = [] } = alarm;
      const periods = [alarm.Period, ...Metrics.map(({ MetricStat }) => MetricStat?.Period)].filter(
        (each) => each !== undefined,
      );
      assert.ok(periods.length > 0 && DatapointsToAlarm <= EvaluationPeriods);
      for (const period of periods) {
        assert.equal(period % 60, 0, AlarmName);
        assert.ok(period * EvaluationPeriods <= (period < 3600 ? 86_400 : 604_800), AlarmName);
      }
      assert.ok(metricsOf(alarm).length <= 10, AlarmName);
    }
  });

  it("say in a sentence what is wrong, and a command that exists", async () => {
    for (const { AlarmName, AlarmDescription } of all()) {
      assert.ok(AlarmDescription.length <= 1024, AlarmName);
      assert.match(AlarmDescription, /^[A-Z a-z'-][^.]+[.:] /, AlarmName);
      assert.doesNotMatch(AlarmDescription, /\$\{|undefined|NaN/);
      const { command, problems } = await told(AlarmDescription);
      assert.ok(command.endsWith("--stage prod"), `${AlarmName}: ${command}`);
      assert.deepEqual(problems, [], AlarmName);
    }
  });

  it("have names of their own, which begin with the stage's", () => {
    const names = all().map(({ AlarmName }) => AlarmName);
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.match(name, /^jupyter-lms-prod-[a-z0-9-]+$/);
    const others = seenAlarms(dev).map(({ AlarmName }) => AlarmName);
    assert.deepEqual(
      others.map((name) => name.replace("-dev-", "-prod-")),
      names,
    );
  });
});

describe("a stack", () => {
  /** How many resources there are with these endpoints: ours, those for queries, and those of the Serverless Framework. */
  const sizeWith = (names: readonly string[], alarms: Parameters<typeof stackFor>[1] = {}) => {
    const { Resources, functions } = stackFor([...names, "probe"], alarms);
    const queries = Object.values(prod.Resources).filter(({ Type }) => /^AWS::(Glue|Athena)::/.test(Type));
    const each = Object.values(functions).map((one) => {
      const { events } = one as unknown as { readonly events: readonly JsonObject[] };
      // The function and its log group; what reads a queue, or a rule and its permission.
      return 2 + events.reduce((sum, event) => sum + ("sqs" in event ? 1 : 2), 0);
    });
    const deployment = 2;
    return {
      count:
        Object.keys(Resources).length + queries.length + each.reduce((sum, one) => sum + one, 0) + deployment,
      bytes: JSON.stringify(Resources, null, 2).length + JSON.stringify([queries, functions], null, 2).length,
    };
  };

  it("of as many endpoints as docs/alarms.md says has room in one template, with all that can be switched on", () => {
    const shipped = deliveries(prod).flatMap(({ endpoint }) => (endpoint === "probe" ? [] : [endpoint]));
    assert.equal(sizeWith(shipped).count, Object.keys(prod.Resources).length);
    const page = readFileSync(join(project, "docs/alarms.md"), "utf8");
    const most = Number(/switched on, (\d+) endpoints have room/.exec(page)?.[1]);
    const mail = Array.from({ length: 20 }, (_, at) => `somebody-${at}@example.edu`);
    const sizeOf = (length: number) => {
      const names = Array.from({ length }, (_, at) => `${"e".repeat(37)}-${10 + at}`);
      return sizeWith(names, { mail, busy: { days: [1, 5], hours: [7, 19] } });
    };
    const { count, bytes } = sizeOf(most);
    assert.ok(count <= 500, `${count} resources`);
    assert.ok(bytes < 1_000_000, `${bytes} bytes`);
    assert.ok(sizeOf(most + 1).count > 500, `${sizeOf(most + 1).count} resources of one more`);
  });
});

describe("the topic of the alarms", () => {
  it("is encrypted with the stage's key, and takes only what its alarms say, over TLS", () => {
    const { TopicName, KmsMasterKeyId } = resource(prod, "Alarms").Properties;
    assert.deepEqual(
      [TopicName, KmsMasterKeyId],
      ["jupyter-lms-prod-alarms", { "Fn::GetAtt": ["DataKey", "Arn"] }],
    );
    const { PolicyDocument } = resource(prod, "AlarmsPolicy").Properties;
    const [tls, publish, ...more] = (PolicyDocument as { readonly Statement: readonly JsonObject[] })
      .Statement;
    assert.deepEqual(more, []);
    assert.deepEqual(
      [tls?.Effect, tls?.Principal, tls?.Condition],
      ["Deny", "*", { Bool: { "aws:SecureTransport": "false" } }],
    );
    assert.ok(tls);
    assert.ok((tls.Action as readonly string[]).includes("sns:Publish"));
    assert.deepEqual(
      [publish?.Effect, publish?.Principal, publish?.Action, publish?.Resource],
      ["Allow", { Service: "cloudwatch.amazonaws.com" }, ["sns:Publish"], [{ Ref: "Alarms" }]],
    );
    assert.deepEqual(publish?.Condition, {
      StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } },
      ArnLike: {
        "aws:SourceArn": {
          "Fn::Sub":
            "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:jupyter-lms-prod-*",
        },
      },
    });
    assert.deepEqual(prod.Outputs.AlarmTopicArn?.Value, { Ref: "Alarms" });
  });
});
