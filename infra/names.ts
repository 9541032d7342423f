import { createHash } from "node:crypto";

/**
 * What every name in an AWS account begins with, so that stages share nothing. The Serverless Framework fills it in
 * when it packages: the build itself is the same for all stages.
 */
export const STAGE = "${self:service}-${sls:stage}";
/** The stage alone: what `$stage` stands for in references to secrets. */
export const STAGE_NAME = "${sls:stage}";

/** How the functions are named in `serverless` commands, and at the end of their names in AWS. */
export const TRANSLATE = "translate";
export const CONSENT = "consent";
export const INGEST = "ingest";
export const COMPACT = "compact";
export const PROBE = "probe";
export const AUDIT = "audit";
export const deliverTo = (endpoint: string): string => `deliver-${endpoint}`;

/**
 * What a function's resources begin with in the template; the Serverless Framework forms the ids of its own the same
 * way. Functions' names have no capitals, so the `D` of `Dash` keeps `a-b` and `ab`, or `a-1` and `a1`, apart.
 */
export const logicalId = (functionName: string): string =>
  functionName.charAt(0).toUpperCase() + functionName.slice(1).replaceAll("-", "Dash");

export const queueId = (functionName: string): string => `${logicalId(functionName)}Queue`;
export const roleId = (functionName: string): string => `${logicalId(functionName)}Role`;
/** The Serverless Framework makes the functions and the log groups, under these ids. */
export const lambdaId = (functionName: string): string => `${logicalId(functionName)}LambdaFunction`;
export const logGroupId = (functionName: string): string => `${logicalId(functionName)}LogGroup`;

export const BUCKET = "Archive";

export const EVENTS_QUEUE = `${STAGE}-events`;
/** With an endpoint's name after it, the name of its queue. */
export const DELIVERY_QUEUES = `${STAGE}-deliver-`;

/**
 * Room for a name where AWS allows 64 letters for a function (https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html)
 * and 80 for a queue, and where `jupyter-lms-`, a stage of at most 13 letters, `-deliver-` and `-dead-letters` stand
 * beside it. An endpoint's name may have 40.
 */
const ROOM = 30;

/** The name itself, or its beginning and a hash of all of it. */
export const short = (name: string): string =>
  name.length <= ROOM
    ? name
    : `${name.slice(0, ROOM - 7)}-${createHash("sha256").update(name).digest("hex").slice(0, 6)}`;
