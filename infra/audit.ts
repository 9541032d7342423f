import { prefixOf } from "../src/archive/layout.ts";
import type { Endpoint } from "../src/endpoint/endpoint.ts";
import { auditedEndpoints } from "../src/ledger/audit.ts";
import { lambda } from "./functions.ts";
import { AUDIT, DELIVERY_QUEUES, deliverTo, queueId, short, TRANSLATE } from "./names.ts";
import { list, read } from "./rights.ts";
import { getAtt, ref, type Statement, sub, type Value } from "./template.ts";

/**
 * Each morning at 5:17 (UTC): the compaction, which begins at 2:17 and goes on for a quarter of an hour at most, has made
 * few objects of the many of yesterday, what waited over midnight has had time to arrive, and whoever comes to work
 * finds what was found.
 */
const MORNING = "cron(17 5 * * ? *)";

/** Two at once would only say everything twice. */
export const AUDIT_AT_ONCE = 1;

const deadLettersId = (functionName: string): string => `${queueId(functionName)}DeadLetters`;

/** The function that draws up the ledger, as serverless.yml takes it. */
export const auditFunction = (endpoints: readonly Pick<Endpoint, "name">[]): Value =>
  Object.assign(
    lambda({
      functionName: AUDIT,
      name: AUDIT,
      bundle: "audit",
      description: "Draws up the ledger each morning, and says whether anything is lost.",
      // The ids of a day are in memory, for all endpoints: docs/scale.md says how many fit, and what it costs.
      memory: 4096,
      // The longest that Lambda lets a function run.
      timeout: 900,
      environment: {
        EVENTS_QUEUE: ref(queueId(TRANSLATE)),
        EVENTS_DEAD_LETTERS: ref(deadLettersId(TRANSLATE)),
        DELIVERY_QUEUES: sub(
          `https://sqs.\${AWS::Region}.\${AWS::URLSuffix}/\${AWS::AccountId}/${DELIVERY_QUEUES}`,
        ),
        SHORTENED: JSON.stringify(shortenedNames(endpoints)),
      },
      events: [{ schedule: { rate: [MORNING] } }],
    }),
    { reservedConcurrency: AUDIT_AT_ONCE },
  );

/** Only those that are another: a function's variables have 4 KB for all. */
const shortenedNames = (endpoints: readonly Pick<Endpoint, "name">[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    endpoints.map(({ name }) => [name, short(name)]).filter(([name, other]) => name !== other),
  );

/** What the ledger is drawn up from. */
const PREFIXES = (["raw", "quarantine", "ledger", "receipts", "failed"] as const).map((part) =>
  prefixOf(part),
);

/**
 * It reads the archive, and asks every queue in which something may wait or may have ended how many messages it has. It
 * takes none of them, changes nothing, and needs no secret: the archive's own names of learners tell it nothing.
 */
export const auditRights = (endpoints: readonly Pick<Endpoint, "name">[]): readonly Statement[] => [
  read(PREFIXES),
  list(PREFIXES),
  {
    Sid: "Ask",
    Action: ["sqs:GetQueueAttributes"],
    Resource: [TRANSLATE, ...auditedEndpoints(endpoints).map(deliverTo)].flatMap((functionName) =>
      [queueId(functionName), deadLettersId(functionName)].map((id) => getAtt(id, "Arn")),
    ),
  },
];
