/**
 * What a site becomes in AWS: one function that translates, one function and one queue per endpoint, the learners' own
 * page, and the archive.
 * `serverless.yml` reads it from dist/infra/.
 */
import type { Site } from "../src/site.ts";
import { archive } from "./bucket.ts";
import { functions } from "./functions.ts";
import { BUCKET, CONSENT, queueId, TRANSLATE } from "./names.ts";
import { hasPage, PAGE_URL, pageApi, pageFunction } from "./page.ts";
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

export const stackOf = ({ settings, endpoints }: Pick<Site, "settings" | "endpoints">): Stack => ({
  functions: { ...functions(endpoints), ...(hasPage(settings) && { [CONSENT]: pageFunction }) },
  resources: {
    Resources: {
      ...queues(endpoints),
      ...archive(settings),
      ...roles(settings, endpoints),
      ...(hasPage(settings) && pageApi),
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
    },
  },
});
