/**
 * What a site becomes in AWS: one function that translates, one function and one queue per endpoint, the learners' own
 * page, the address that events are posted to, and the archive, with a function that puts it into tables.
 * `serverless.yml` reads it from dist/infra/.
 */
import type { Queries } from "../src/queries/saved.ts";
import type { Site } from "../src/site.ts";
import { alarms } from "./alarms.ts";
import { auditFunction } from "./audit.ts";
import { archive } from "./bucket.ts";
import { compactFunction } from "./compact.ts";
import { DASHBOARD_URL, dashboard } from "./dashboard.ts";
import { functions } from "./functions.ts";
import { hasIngest, INGEST_URL, ingestApi, ingestFunction } from "./ingest.ts";
import { DATA_KEY_ARN, dataKey } from "./key.ts";
import { AUDIT, BUCKET, COMPACT, CONSENT, INGEST, PROBE, queueId, TRANSLATE } from "./names.ts";
import { hasPage, PAGE_URL, pageApi, pageFunction } from "./page.ts";
import { hasProbe, probeApi, probeFunction, probeVariables } from "./probe.ts";
import { QUERY_DATABASE, QUERY_WORKGROUP, queryResources } from "./queries.ts";
import { queues } from "./queues.ts";
import { roles } from "./roles.ts";
import { getAtt, type Resources, ref, type Value } from "./template.ts";
import { TOPIC } from "./topic.ts";

export interface Stack {
  /** `functions` of a serverless.yml. */
  readonly functions: Readonly<Record<string, Value>>;
  /** `resources` of a serverless.yml: CloudFormation. */
  readonly resources: {
    readonly Resources: Resources;
    readonly Outputs: Readonly<Record<string, Value>>;
  };
}

/** With `queries`, it has what the archive is asked by; `siteHash` tells which files it was built from. */
export const stackOf = (
  { settings, endpoints }: Pick<Site, "settings" | "endpoints">,
  queries?: Queries,
  siteHash?: string,
): Stack => ({
  functions: {
    ...functions(endpoints, probeVariables),
    [COMPACT]: compactFunction,
    [AUDIT]: auditFunction(endpoints),
    ...(hasPage(settings) && { [CONSENT]: pageFunction }),
    ...(hasIngest(settings) && { [INGEST]: ingestFunction }),
    ...(hasProbe(settings) && { [PROBE]: probeFunction }),
  },
  resources: {
    Resources: {
      ...dataKey(settings.ingest.accounts),
      ...queues(endpoints, settings.ingest.accounts),
      ...archive(settings),
      ...roles(settings, endpoints),
      ...(hasPage(settings) && pageApi),
      ...(hasIngest(settings) && ingestApi),
      ...(hasProbe(settings) && probeApi),
      ...(queries !== undefined && queryResources(settings, endpoints, queries)),
      ...alarms({ settings, endpoints }),
      ...dashboard({ settings, endpoints }),
    },
    Outputs: {
      EventsQueueUrl: {
        Description: "Where Jupyter sends its events.",
        Value: ref(queueId(TRANSLATE)),
      },
      EventsQueueArn: {
        Description: "What the hub needs sqs:SendMessage for.",
        Value: getAtt(queueId(TRANSLATE), "Arn"),
      },
      DataKeyArn: {
        Description: "What the hub needs kms:GenerateDataKey and kms:Decrypt for, to send to the queue.",
        Value: DATA_KEY_ARN,
      },
      AlarmTopicArn: { Description: "Where the alarms are sent to.", Value: ref(TOPIC) },
      DashboardUrl: { Description: "The way of an event, in graphs.", Value: DASHBOARD_URL },
      ArchiveBucket: { Description: "The archive.", Value: ref(BUCKET) },
      ...(siteHash !== undefined && {
        SiteHash: {
          Description: "The files that were deployed, as jlt doctor compares them.",
          Value: siteHash,
        },
      }),
      ...(hasPage(settings) && {
        LearnersPageUrl: { Description: "The learners' own page; the hub needs it.", Value: PAGE_URL },
      }),
      ...(hasIngest(settings) && {
        IngestUrl: { Description: "Where hubs and servers post events.", Value: INGEST_URL },
      }),
      ...(queries !== undefined && {
        QueryWorkgroup: { Description: "Where Athena is asked.", Value: ref(QUERY_WORKGROUP) },
        QueryDatabase: { Description: "The archive's tables.", Value: ref(QUERY_DATABASE) },
      }),
    },
  },
});
