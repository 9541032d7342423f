import { S3Client } from "@aws-sdk/client-s3";
import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { collected } from "compiled-site/collected";
import { settings } from "compiled-site/endpoints";
import { s3Bucket } from "../src/aws/bucket.ts";
import { environment } from "../src/aws/environment.ts";
import { httpAnswer, httpRequest } from "../src/aws/http.ts";
import { NotPlain, namedSecrets, secretTexts, type WithSecrets, withSecrets } from "../src/aws/secrets.ts";
import { soon } from "../src/aws/soon.ts";
import { localSettings } from "../src/learner/local.ts";
import { type LearnersPage, learnersPage } from "../src/learners-page.ts";
import type { PageResponse } from "../src/page/request.ts";
import { respondUnready } from "../src/page/respond.ts";
import { PageNotMade } from "../src/page/trouble.ts";
import { secretReferences } from "../src/secret-references.ts";

const archive = environment("ARCHIVE_BUCKET");
const bucket = soon(() => s3Bucket(new S3Client({}), archive));
const known = localSettings(settings, process.env.LOCAL_JWKS_URL);
const references = secretReferences(known);
const hub = process.env.LOCAL_HUB_URL ?? settings.hub.id;

let made: { readonly secrets: Readonly<Record<string, string>>; readonly page: LearnersPage } | undefined;

/** The page for the secrets as they are now: made anew only when one of them has changed. Throws PageNotMade. */
const pageFor = (context: WithSecrets): LearnersPage => {
  try {
    const secrets = secretTexts(references, context);
    if (made === undefined || references.some((each) => made?.secrets[each] !== secrets[each]))
      made = { secrets, page: learnersPage({ settings: known, collected, bucket: bucket(), secrets, hub }) };
    return made.page;
  } catch (error) {
    const why = error instanceof Error ? error.message : "unknown";
    throw new PageNotMade(error instanceof NotPlain ? `A secret ${why}.` : why);
  }
};

const answered = (response: PageResponse): APIGatewayProxyStructuredResultV2 => {
  console.info({ message: "The learner's page was used.", ...response.use, status: response.status });
  return httpAnswer(response);
};

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error, WithSecrets>()
  .use(withSecrets(namedSecrets(references)))
  .onError((request) => {
    request.response = answered(respondUnready(httpRequest(request.event), request.error));
  })
  .handler(async (event, context) => answered(await pageFor(context)(httpRequest(event))));
