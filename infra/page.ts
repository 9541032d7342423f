import type { Settings } from "../src/settings.ts";
import { lambda } from "./functions.ts";
import { CONSENT, lambdaId, STAGE } from "./names.ts";
import { getAtt, type Resources, ref, sub, type Value } from "./template.ts";

/**
 * Whether learners have a page of their own: only where the hub signs who somebody is. A site that takes the servers'
 * own word for it cannot tell one learner from another.
 */
export const hasPage = ({ trust }: Pick<Settings, "trust">): boolean => trust.trust === "signed";

/**
 * How many requests are answered at once. What is above it is told to come again: without it, whoever searches archives
 * all the time could take the account's whole concurrency, and translation and deliveries would stand still.
 */
const AT_ONCE = 20;

/** The page's function, as serverless.yml takes it. */
export const pageFunction: Value = Object.assign(
  lambda({
    functionName: CONSENT,
    name: CONSENT,
    bundle: "consent",
    description: "The learner's own page: what is collected, their choice, their data.",
    // It unpacks the archive's objects, two at once; more memory is more CPU as well.
    memory: 1024,
    // An HTTP API waits no longer than this.
    timeout: 30,
    environment: {},
    events: [],
  }),
  { reservedConcurrency: AT_ONCE },
);

const API = "LearnersPage";

/** Requests per second that all learners together may make, and how many at one moment: enough for a lecture hall. */
const RATE = 20;
const BURST = 40;

/**
 * The HTTP API before the function. The Serverless Framework could make one too, but cannot throttle it. It keeps no
 * access log: that would hold the addresses of who asks.
 */
export const pageApi: Resources = {
  [API]: {
    Type: "AWS::ApiGatewayV2::Api",
    Properties: { Name: `${STAGE}-${CONSENT}`, ProtocolType: "HTTP" },
  },
  [`${API}Stage`]: {
    Type: "AWS::ApiGatewayV2::Stage",
    Properties: {
      ApiId: ref(API),
      StageName: "$default",
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: RATE, ThrottlingBurstLimit: BURST },
    },
  },
  [`${API}Integration`]: {
    Type: "AWS::ApiGatewayV2::Integration",
    Properties: {
      ApiId: ref(API),
      IntegrationType: "AWS_PROXY",
      IntegrationUri: getAtt(lambdaId(CONSENT), "Arn"),
      PayloadFormatVersion: "2.0",
    },
  },
  [`${API}Route`]: {
    Type: "AWS::ApiGatewayV2::Route",
    Properties: {
      ApiId: ref(API),
      RouteKey: "$default",
      Target: sub(`integrations/\${${API}Integration}`),
    },
  },
  [`${API}Permission`]: {
    Type: "AWS::Lambda::Permission",
    Properties: {
      Action: "lambda:InvokeFunction",
      FunctionName: getAtt(lambdaId(CONSENT), "Arn"),
      Principal: "apigateway.amazonaws.com",
      SourceArn: sub(`arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${API}}/*`),
    },
  },
};

/** Where it is, without a slash at the end. */
export const PAGE_URL: Value = getAtt(API, "ApiEndpoint");
