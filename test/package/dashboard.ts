import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AWS_METRICS } from "../../infra/alarm-metrics.ts";
import { METRICS, NAMESPACE } from "../../src/metrics.ts";
import { deliveries, emitted, seenAlarms, stackFor, told } from "./alarm-support.ts";
import { prod } from "./packaged.ts";
import { isObject } from "./policies.ts";
import { type Json, ofType, resource, type Template } from "./support.ts";

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly region?: string;
    readonly metrics?: readonly (readonly Json[])[];
    readonly alarms?: readonly string[];
  };
}

/** What a dashboard holds once CloudFormation has filled in what only it knows. */
const widgetsOf = (template: Template): readonly Widget[] => {
  const { DashboardBody } = resource(template, "Dashboard").Properties as {
    readonly DashboardBody: { readonly "Fn::Sub": string };
  };
  const text = DashboardBody["Fn::Sub"].replace(/\$\{(!?)([^}]+)\}/g, (_, escaped, name) => {
    if (escaped === "!") return `\${${name}}`;
    const pseudo: Readonly<Record<string, string>> = {
      "AWS::Region": "eu-central-1",
      "AWS::AccountId": "123456789012",
      "AWS::Partition": "aws",
    };
    return pseudo[name] ?? `physical-${resource(template, name).Type}`;
  });
  const { widgets } = JSON.parse(text) as { readonly widgets: readonly Widget[] };
  assert.ok(widgets.length > 10);
  return widgets;
};

/** Each metric that a graph shows: by its name, or by a search for all values of a dimension. */
const metricsOf = (widgets: readonly Widget[]) =>
  widgets
    .flatMap(({ properties }) => properties.metrics ?? [])
    .map((line) => {
      const last = line.at(-1);
      const { expression, label } = isObject(last) ? last : {};
      if (expression === undefined) {
        const [namespace, name, dimension, value] = line.map(String);
        return { namespace, name, dimension, value };
      }
      const found =
        /^SEARCH\('\{"([^"]+)",(\w+),(\w+)\} MetricName="(\w+)" (\w+)="([^"]+)"', 'Sum', 300\)$/.exec(
          String(expression),
        );
      assert.ok(found, String(expression));
      const [, namespace, dimension, by, name, same, value] = found;
      assert.equal(same, dimension);
      assert.equal(label, `\${PROP('Dim.${by}')}`);
      return { namespace, name, dimension, value, by };
    });

const overlap = (one: Widget, other: Widget): boolean =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;

describe("the dashboard", () => {
  it("is the stage's, and lies where its output says", () => {
    assert.equal(resource(prod, "Dashboard").Properties.DashboardName, "jupyter-lms-prod");
    assert.match(
      JSON.stringify(prod.Outputs.DashboardUrl?.Value),
      /#dashboards\/dashboard\/jupyter-lms-prod"/,
    );
    for (const { type, properties } of widgetsOf(prod))
      if (type === "metric") assert.equal(properties.region, "eu-central-1");
  });

  it("shows the way of an event from left to right, with a row for each endpoint", () => {
    const widgets = widgetsOf(prod);
    const [first = "", second = "", third = "", fourth = ""] = [
      "Events queue",
      "Translated",
      "Tables of finished days",
      "Delivered",
    ];
    const columns = [first, second, third, fourth].map((title) => {
      const found = widgets.find(({ properties }) => properties.title === title);
      assert.ok(found, title);
      return found;
    });
    assert.deepEqual(
      columns.map(({ x }) => x),
      [0, 6, 12, 18],
    );
    assert.equal(new Set(columns.map(({ y }) => y)).size, 1);
    for (const { endpoint } of deliveries(prod))
      assert.equal(
        widgets.filter(({ properties }) => properties.markdown?.startsWith(`**${endpoint}**`)).length,
        endpoint === "probe" ? 0 : 1,
      );
  });

  it("shows only metrics that there are, of functions, queues and addresses of the stage", () => {
    const named = ["AWS::Lambda::Function", "AWS::SQS::Queue"].flatMap((type) =>
      ofType(prod, type).map(([, { Properties }]) => String(Properties.FunctionName ?? Properties.QueueName)),
    );
    const known: Readonly<
      Record<string, { readonly dimension: string; readonly metrics: readonly string[] }>
    > = {
      ...AWS_METRICS,
      [NAMESPACE]: { dimension: "FunctionName", metrics: Object.keys(METRICS) },
    };
    const shown = metricsOf(widgetsOf(prod));
    for (const { namespace = "", name = "", dimension, value = "", by } of shown) {
      assert.equal(known[namespace]?.dimension, dimension);
      assert.ok(known[namespace]?.metrics.includes(name), name);
      assert.ok(
        dimension === "ApiId" ? value === "physical-AWS::ApiGatewayV2::Api" : named.includes(value),
        value,
      );
      if (namespace !== NAMESPACE) continue;
      const own = value.replace("jupyter-lms-prod-", "");
      const sample = { Reason: name === "Quarantined" ? "body.empty" : "mapping.failed", Why: "setup" };
      assert.ok(
        emitted(own, name, by, by === "Why" || by === "Reason" ? sample[by] : undefined),
        `${own} ${name}`,
      );
    }
    const all = new Set(shown.map(({ namespace, name }) => (namespace === NAMESPACE ? name : undefined)));
    for (const metric of Object.keys(METRICS)) assert.ok(all.has(metric), `${metric} is not shown.`);
  });

  it("shows every alarm, and tells commands that exist", async () => {
    const arn = "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:";
    const widgets = widgetsOf(prod);
    const shown = widgets.flatMap(({ properties }) => properties.alarms ?? []);
    assert.deepEqual(
      [...shown].sort(),
      seenAlarms(prod)
        .map(({ AlarmName }) => arn + AlarmName)
        .sort(),
    );
    const commands = widgets.flatMap(
      ({ properties: { markdown = "" } }) => markdown.match(/\.\/jlt [^`]+/g) ?? [],
    );
    assert.ok(commands.length > 4);
    for (const command of commands) assert.deepEqual((await told(`Run: ${command}`)).problems, [], command);
  });

  it("is laid out within its columns, and nothing lies on anything else, with two endpoints, with thirty and with none", () => {
    const thirty = Array.from({ length: 30 }, (_, at) => `${"e".repeat(37)}-${10 + at}`);
    for (const template of [prod, stackFor(thirty), stackFor([]), stackFor([], { probe: false })]) {
      const widgets = widgetsOf(template);
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
      assert.ok(widgets.length <= 500);
      for (const { type, x, width, y, height, properties } of widgets) {
        assert.ok(x >= 0 && width >= 1 && x + width <= 24 && y >= 0 && height >= 1 && height <= 1000);
        const { length = 0 } = properties.metrics ?? {};
        assert.ok(length <= 500 && (type !== "metric" || length >= 1), properties.title);
        assert.ok((properties.alarms?.length ?? 0) <= 100);
      }
      for (const [at, one] of widgets.entries())
        for (const other of widgets.slice(at + 1)) assert.ok(!overlap(one, other));
    }
  });
});
