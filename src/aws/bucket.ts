import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Bucket } from "../archive/layout.ts";

/** The archive in an S3 bucket. Every method throws the SDK's error where S3 does not do it. */
export const s3Bucket = (client: S3Client, name: string): Bucket => ({
  async put(key, body) {
    await client.send(
      new PutObjectCommand({ Bucket: name, Key: key, Body: body, ContentType: "application/x-ndjson+gzip" }),
    );
  },
  async get(key) {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: name, Key: key }));
    if (Body === undefined) throw new Error(`The archive's object ${key} has no content.`);
    return Body.transformToByteArray();
  },
  async *list(prefix) {
    let token: string | undefined;
    do {
      const page = await client.send(
        new ListObjectsV2Command({
          Bucket: name,
          Prefix: prefix,
          ...(token !== undefined && { ContinuationToken: token }),
        }),
      );
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
      token = page.NextContinuationToken;
    } while (token !== undefined);
  },
});
