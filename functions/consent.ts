import { S3Client } from "@aws-sdk/client-s3";
import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { collected } from "compiled-site/collected";
import { settings } from "compiled-site/endpoints";
import { s3Bucket } from "../src/aws/bucket.ts";
import { environment } from "../src/aws/environment.ts";
import { httpAnswer, httpRequest } from "../src/aws/http.ts";
import { namedSecrets, secretTexts, type WithSecrets, withSecrets } from "../src/aws/secrets.ts";
import { localSettings } from "../src/learner/local.ts";
import { type LearnersPage, learnersPage } from "../src/learners-page.ts";
import { secretReferences } from "../src/secret-references.ts";

const bucket = s3Bucket(new S3Client({}), environment("ARCHIVE_BUCKET"));
const known = localSettings(settings, process.env.LOCAL_JWKS_URL);
const references = secretReferences(known);
const hub = process.env.LOCAL_HUB_URL ?? settings.hub.id;

type Secrets = Readonly<Record<string, string>>;

let made: { readonly secrets: Secrets; readonly page: LearnersPage } | undefined;

/** The page for the secrets as they are now: made anew only when one of them has changed. */
const pageFor = (secrets: Secrets): LearnersPage => {
  if (made === undefined || references.some((each) => made?.secrets[each] !== secrets[each]))
    made = { secrets, page: learnersPage({ settings: known, collected, bucket, secrets, hub }) };
  return made.page;
};

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error, WithSecrets>()
  .use(withSecrets(namedSecrets(references)))
  .handler(async (event, context) => {
    const response = await pageFor(secretTexts(references, context))(httpRequest(event));
    console.info({ message: "The learner's page was used.", ...response.use, status: response.status });
    return httpAnswer(response);
  });
