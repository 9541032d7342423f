/**
 * What a site becomes in AWS: one function that translates, one function and one queue per endpoint, the learners' own
 * page, the address that events are posted to, and the archive, with a function that puts it into tables.
 * `serverless.yml` reads it from dist/infra/.
 */
import type { Queries } from "../src/queries/saved.ts";
import type { Site } from "../src/site.ts";
import { archive } from "./bucket.ts";
import { compactFunction } from "./compact.ts";
import { functions } from "./functions.ts";
import { hasIngest, INGEST_URL, ingestApi, ingestFunction } from "./ingest.ts";
import { BUCKET, COMPACT, CONSENT, INGEST, queueId, TRANSLATE } from "./names.ts";
import { hasPage, PAGE_URL, pageApi, pageFunction } from "./page.ts";
import { QUERY_DATABASE, QUERY_WORKGROUP, queryResources } from "./queries.ts";
import { queues } from "./queues.ts";
import { roles } from "./roles.ts";
import { getAtt, type Resources, ref, type Value } from "./template.ts";

export interface Stack {
  /** `functions` of a serverless.yml. */
  readonly functions: Readonly<Record<string, Value>>;
  /** `resources` of a serverless.yml: CloudFormation. */
  readonly resources: {
    readonly Resources: Resources;
    readonly Outputs: Readonly<Record<string, Value>>;
  };
}

/** With `queries`, it has what the archive is asked by. */
export const stackOf = (
  { settings, endpoints }: Pick<Site, "settings" | "endpoints">,
  queries?: Queries,
): Stack => ({
  functions: {
    ...functions(endpoints),
    [COMPACT]: compactFunction,
    ...(hasPage(settings) && { [CONSENT]: pageFunction }),
    ...(hasIngest(settings) && { [INGEST]: ingestFunction }),
  },
  resources: {
    Resources: {
      ...queues(endpoints, settings.ingest.accounts),
      ...archive(settings),
      ...roles(settings, endpoints),
      ...(hasPage(settings) && pageApi),
      ...(hasIngest(settings) && ingestApi),
      ...(queries !== undefined && queryResources(settings, endpoints, queries)),
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
      ArchiveBucket: { Description: "The archive.", Value: ref(BUCKET) },
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
