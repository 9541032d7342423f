import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { project } from "../../build/bundle.ts";
import { stackOf } from "../../infra/stack.ts";
import type { AlarmPolicy } from "../../src/alarms/policy.ts";
import { measuredDelivery, measuredIngest, measuredTranslation } from "../../src/measured.ts";
import { METRICS, type Measured } from "../../src/metrics.ts";
import { endpoints, type Json, type JsonObject, ofType, site, type Template } from "./support.ts";

/** An alarm as it stands in a template. */
export interface SeenAlarm {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions: Json;
  readonly OKActions: Json;
  readonly TreatMissingData: string;
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm: number;
  readonly Period?: number;
  readonly MetricName?: string;
  readonly Metrics?: readonly SeenQuery[];
}

interface SeenQuery {
  readonly Id: string;
  readonly Expression?: string;
  readonly ReturnData: boolean;
  readonly MetricStat?: { readonly Metric: SeenMetric; readonly Period: number; readonly Stat: string };
}

export interface SeenMetric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: Json }[];
}

/** The alarms of a template. */
export const seenAlarms = (template: Template): readonly SeenAlarm[] =>
  ofType(template, "AWS::CloudWatch::Alarm").map(([, { Properties }]) => Properties as unknown as SeenAlarm);

export const metricsOf = (alarm: SeenAlarm): readonly SeenMetric[] =>
  alarm.Metrics === undefined
    ? [alarm as unknown as SeenMetric]
    : alarm.Metrics.flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : [MetricStat.Metric]));

/** The endpoints of a template, each with the name of its function in AWS. */
export const deliveries = (
  template: Template,
): readonly { readonly endpoint: string; readonly lambda: string }[] =>
  ofType(template, "AWS::Lambda::Function").flatMap(([, { Properties }]) => {
    const { Variables } = Properties.Environment as { readonly Variables: JsonObject };
    return typeof Variables.ENDPOINT === "string"
      ? [{ endpoint: Variables.ENDPOINT, lambda: String(Properties.FunctionName) }]
      : [];
  });

/** What a site's stack holds under `stage`, with other alarms and endpoints than the shipped ones. */
export const stackFor = (
  names: readonly string[] = endpoints.map(({ name }) => name),
  alarms: Partial<AlarmPolicy> = {},
  stage = "prod",
): Template & { readonly functions: JsonObject } => {
  const settings = { ...site.settings, alarms: { ...site.settings.alarms, ...alarms } };
  const written = names.flatMap((name) => endpoints.slice(0, 1).map((shipped) => ({ ...shipped, name })));
  const { functions, resources } = stackOf({ settings, endpoints: written });
  const text = JSON.stringify({ functions, ...resources });
  return JSON.parse(text.replaceAll("${self:service}", "jupyter-lms").replaceAll("${sls:stage}", stage));
};

/** The alarm with this end of its name, of the stack that is so given. */
export const alarmOf = (name: string, ...given: Parameters<typeof stackFor>): SeenAlarm => {
  const found = seenAlarms(stackFor(...given)).find(
    ({ AlarmName }) => AlarmName === `jupyter-lms-prod-${name}`,
  );
  assert.ok(found, `There is no alarm ${name}.`);
  return found;
};

const run = promisify(execFile);
const helps = new Map<string, Promise<string>>();

/** What a command says of itself: none of jlt's commands is known here but by that. */
const helpOf = (command: string): Promise<string> => {
  const known = helps.get(command);
  if (known !== undefined) return known;
  const args = ["--disable-warning=ExperimentalWarning", join(project, "cli/jlt.ts"), command, "--help"];
  const asked = run(process.execPath, args).then(({ stdout }) => stdout);
  helps.set(command, asked);
  return asked;
};

/** The command that a description tells to run, and what is wrong with it. Rejects where there is no such command. */
export const told = async (
  description: string,
): Promise<{ readonly command: string; readonly problems: readonly string[] }> => {
  const [, written] = /[Rr]un:? (\.\/jlt [^.]*[^. ])$/.exec(description) ?? [];
  if (written === undefined) return { command: "", problems: ["It names no command at its end."] };
  const [name = "", ...words] = written.split(" ").slice(1);
  const help = await helpOf(name);
  const options = words.filter((word) => word.startsWith("--"));
  const named = words.filter(
    (word, at) => !word.startsWith("--") && words[at - 1]?.startsWith("--") !== true,
  );
  return {
    command: written,
    problems: [
      ...options.filter((option) => !help.includes(`  ${option} `)).map((option) => `There is no ${option}.`),
      ...(named.length > 0 && !/^jlt \w+ \[ENDPOINT\]/.test(help) ? [`${name} takes no ${named}.`] : []),
    ],
  };
};

const NUMBERS = { messages: 1, accepted: 1, probes: 1, withheld: 1, statements: 1, setAside: 1 };
const incidents = [{ end: "setAside", reason: "mapping.failed", event: "e" }] as const;

/** What a function counts, by the code that it counts with. */
const measured = (functionName: string): readonly Measured[] => {
  if (functionName === "translate")
    return [
      measuredTranslation({
        settled: [],
        incidents,
        counts: { ...NUMBERS, quarantined: { "body.empty": 1 } },
      }),
    ];
  if (functionName === "ingest")
    return [
      measuredIngest({
        status: 401,
        headers: {},
        body: "",
        use: { outcome: "token.missing", taken: 0, messages: 0, refused: {} },
      }),
    ];
  if (functionName.startsWith("deliver-"))
    return (["setup", "version"] as const).map((why) =>
      measuredDelivery({
        settled: [],
        incidents,
        counts: {
          endpoint: "e",
          messages: 1,
          delivered: 0,
          setAside: 1,
          waiting: 1,
          oldest: 0,
          trouble: { why },
        },
      }),
    );
  // These write theirs where they are.
  const source = readFileSync(join(project, "functions", `${functionName}.ts`), "utf8");
  const names = Object.keys(METRICS).filter((name) => new RegExp(`\\b${name}:`).test(source));
  return [{ totals: Object.fromEntries(names.map((name) => [name, 1])) }];
};

/** Whether a function writes this metric, by this value of a second dimension if there is one. */
export const emitted = (functionName: string, metric: string, by?: string, value?: Json): boolean =>
  measured(functionName).some(({ totals, parts = [] }) =>
    by === undefined
      ? metric in totals
      : parts.some((part) => part.metric === metric && part.dimension === by && String(value) in part.counts),
  );
