import { lambdaId, STAGE } from "./names.ts";
import { getAtt, type Resources, ref, sub } from "./template.ts";

export interface HttpApi {
  /** What its resources begin with in the template. */
  readonly id: string;
  /** The function that answers. */
  readonly functionName: string;
  /** What it is asked for: a method and a path, or `$default` for all. */
  readonly route: string;
  /** Requests per second that all together may make, and how many at one moment. */
  readonly rate: number;
  readonly burst: number;
}

/**
 * An HTTP API before a function. The Serverless Framework could make one too, but cannot throttle it. It keeps no access
 * log: that would hold the addresses of who asks.
 */
export const httpApi = ({ id, functionName, route, rate, burst }: HttpApi): Resources => ({
  [id]: {
    Type: "AWS::ApiGatewayV2::Api",
    Properties: { Name: `${STAGE}-${functionName}`, ProtocolType: "HTTP" },
  },
  [`${id}Stage`]: {
    Type: "AWS::ApiGatewayV2::Stage",
    Properties: {
      ApiId: ref(id),
      StageName: "$default",
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst },
    },
  },
  [`${id}Integration`]: {
    Type: "AWS::ApiGatewayV2::Integration",
    Properties: {
      ApiId: ref(id),
      IntegrationType: "AWS_PROXY",
      IntegrationUri: getAtt(lambdaId(functionName), "Arn"),
      PayloadFormatVersion: "2.0",
    },
  },
  [`${id}Route`]: {
    Type: "AWS::ApiGatewayV2::Route",
    Properties: {
      ApiId: ref(id),
      RouteKey: route,
      Target: sub(`integrations/\${${id}Integration}`),
    },
  },
  [`${id}Permission`]: {
    Type: "AWS::Lambda::Permission",
    Properties: {
      Action: "lambda:InvokeFunction",
      FunctionName: getAtt(lambdaId(functionName), "Arn"),
      Principal: "apigateway.amazonaws.com",
      SourceArn: sub(`arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${id}}/*`),
    },
  },
});
