import type { AwsRequest, Service } from "./iam-needs.ts";
import type { Need } from "./iam-policy.ts";

interface Denied {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What AWS answers to who may not: in S3's XML, or as SQS, Parameter Store and Secrets Manager say it. */
export const denialOf = (service: Service, request: AwsRequest, need: Need, role: string): Denied => {
  const { action, resource } = need;
  const message = `User: ${role} is not authorized to perform: ${action} on resource: ${resource}`;
  const isOfKey = action.startsWith("kms:");
  switch (service) {
    case "s3":
      return inXml(request, message, resource);
    case "sqs":
      return isOfKey
        ? inJson("com.amazonaws.sqs#KmsAccessDenied", message, "KMS.AccessDeniedException;Sender")
        : inJson("com.amazon.coral.service#AccessDeniedException", message, "AccessDenied;Sender", 403);
    default:
      return inJson("AccessDeniedException", message);
  }
};

const inJson = (type: string, message: string, query?: string, status = 400): Denied => ({
  status,
  headers: {
    "content-type": "application/x-amz-json-1.0",
    ...(query !== undefined && { "x-amzn-query-error": query }),
  },
  body: JSON.stringify({ __type: type, message }),
});

const inXml = ({ method, path }: AwsRequest, message: string, resource: string): Denied => {
  const headers = { "content-type": "application/xml" };
  const error = `<Code>AccessDenied</Code><Message>${message}</Message>`;
  // Of objects that are to be deleted together, each is refused by itself, in an answer that is none of an error.
  const isTogether = method === "POST" && new URL(path, "http://s3").searchParams.has("delete");
  if (isTogether) {
    const key = resource.slice(resource.indexOf("/") + 1);
    const body = `<DeleteResult><Error><Key>${key}</Key>${error}</Error></DeleteResult>`;
    return { status: 200, headers, body: `<?xml version="1.0"?>${body}` };
  }
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error>${error}<RequestId>0</RequestId></Error>`;
  // S3 says nothing to HEAD.
  return { status: 403, headers, body: method === "HEAD" ? "" : body };
};
