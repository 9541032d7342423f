import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { PageRequest, PageResponse } from "../page/request.ts";

/**
 * A request as an HTTP API brings it, payload format 2.0
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html).
 */
export const httpRequest = (event: APIGatewayProxyEventV2): PageRequest => ({
  // A HEAD is answered as a GET; whoever carries the answer leaves the body away.
  method: event.requestContext.http.method === "HEAD" ? "GET" : event.requestContext.http.method,
  path: event.rawPath,
  query: new URLSearchParams(event.rawQueryString),
  headers: event.headers,
  cookies: event.cookies ?? [],
  body: Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8"),
});

/** The answer, as an HTTP API takes it. */
export const httpAnswer = ({
  status,
  headers,
  cookies = [],
  body,
}: HttpAnswer): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: { ...headers },
  cookies: [...cookies],
  body,
});

type HttpAnswer = Pick<PageResponse, "status" | "headers" | "body"> & Partial<Pick<PageResponse, "cookies">>;
