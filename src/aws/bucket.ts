import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import {
  type About,
  type Bucket,
  type EditableBucket,
  GoneObject,
  isDayFile,
  TAIL,
} from "../archive/layout.ts";

/**
 * The archive in an S3 bucket, for whoever adds to it and reads it. Every method throws the SDK's error where S3 does not
 * do it.
 */
export const s3Archive = (client: S3Client, name: string): Bucket => ({
  async put(key, body, about) {
    const object = { Bucket: name, Key: key, Body: body, ContentType: contentType(key) };
    if (about === undefined) {
      await client.send(new PutObjectCommand(object));
      return;
    }
    const described = { ...object, Metadata: metadata(about) };
    try {
      await client.send(new PutObjectCommand({ ...described, IfNoneMatch: "*" }));
    } catch (error) {
      if (statusOf(error) === 412) return;
      // Another is just writing the same, and may fail at it.
      if (statusOf(error) !== 409) throw error;
      await client.send(new PutObjectCommand(described));
    }
  },
  async get(key) {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: name, Key: key }));
    if (Body === undefined) throw new Error(`The archive's object ${key} has no content.`);
    return Body.transformToByteArray();
  },
  async open(key) {
    // The end comes with it: a table is read from there.
    const tail = await rangeOf(client, { Bucket: name, Key: key, Range: `bytes=-${TAIL}` });
    if (tail === undefined) return undefined;
    const { size, version } = tail;
    return {
      size,
      version,
      read: async (from, to) => {
        if (from >= size - tail.body.length)
          return tail.body.subarray(from - size + tail.body.length, to - size + tail.body.length);
        const input = { Bucket: name, Key: key, Range: `bytes=${from}-${to - 1}`, IfMatch: version };
        const part = await rangeOf(client, input).catch((error) => {
          if (statusOf(error) !== 412) throw error;
        });
        if (part === undefined) throw new GoneObject(key);
        return part.body;
      },
    };
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

/** The same, for whoever changes what is there, too. */
export const s3Bucket = (client: S3Client, name: string): EditableBucket => ({
  ...s3Archive(client, name),
  async find(key) {
    try {
      const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket: name, Key: key }));
      if (Body === undefined || ETag === undefined) return undefined;
      return { body: await Body.transformToByteArray(), version: ETag };
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  },
  async replace(key, body, version) {
    const condition = version === undefined ? { IfNoneMatch: "*" } : { IfMatch: version };
    try {
      await client.send(new PutObjectCommand({ Bucket: name, Key: key, Body: body, ...condition }));
      return true;
    } catch (error) {
      if (isOvertaken(error)) return false;
      throw error;
    }
  },
  async remove(key) {
    const versions = await versionsOf(client, name, key);
    // An embedded S3 knows no versions.
    if (versions.length === 0) await client.send(new DeleteObjectCommand({ Bucket: name, Key: key }));
    // The latest last: whoever is cut off before finds the object as it was.
    for (const { id } of versions)
      await client.send(new DeleteObjectCommand({ Bucket: name, Key: key, VersionId: id }));
  },
  async removeEarlier(key) {
    for (const { id, isLatest } of await versionsOf(client, name, key))
      if (!isLatest) await client.send(new DeleteObjectCommand({ Bucket: name, Key: key, VersionId: id }));
  },
  async discard(keys) {
    for (let from = 0; from < keys.length; from += MOST_DISCARDED) {
      const Objects = keys.slice(from, from + MOST_DISCARDED).map((Key) => ({ Key }));
      const { Errors = [] } = await client.send(
        new DeleteObjectsCommand({ Bucket: name, Delete: { Objects, Quiet: true } }),
      );
      const [first] = Errors;
      if (first !== undefined) throw new Error(`S3 does not remove ${first.Key}: ${first.Code}.`);
    }
  },
  async *discarded(prefix) {
    for await (const { DeleteMarkers = [] } of versionPages(client, name, prefix))
      for (const { Key, IsLatest } of DeleteMarkers) if (Key !== undefined && IsLatest === true) yield Key;
  },
});

/** What S3 takes in one request: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const MOST_DISCARDED = 1000;

const contentType = (key: string): string =>
  isDayFile(key) ? "application/vnd.apache.parquet" : "application/x-ndjson+gzip";

const metadata = ({ lines, from, to }: About): Record<string, string> => ({
  lines: String(lines),
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
});

/** A part of an object, and how large all of it is; undefined where it is not there. */
const rangeOf = async (
  client: S3Client,
  input: GetObjectCommandInput,
): Promise<{ readonly body: Uint8Array; readonly size: number; readonly version: string } | undefined> => {
  try {
    const { Body, ETag, ContentRange, ContentLength = 0 } = await client.send(new GetObjectCommand(input));
    if (Body === undefined || ETag === undefined) return undefined;
    // Of an empty object there is no range.
    const size = Number(/\/(\d+)$/.exec(ContentRange ?? "")?.[1] ?? ContentLength);
    return { body: await Body.transformToByteArray(), size, version: ETag };
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    // S3 says so of an empty object; an embedded one, of whatever is shorter than what is asked for of its end.
    const { Range, ...whole } = input;
    if (statusOf(error) === 416 && Range?.startsWith("bytes=-") === true) return rangeOf(client, whole);
    throw error;
  }
};

/**
 * All versions of an object and the marks that it was deleted, the oldest first: only a deletion that names its version
 * is for good. https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectVersions.html
 */
const versionsOf = async (client: S3Client, name: string, key: string): Promise<readonly Version[]> => {
  const found: Version[] = [];
  for await (const { Versions = [], DeleteMarkers = [], NextKeyMarker } of versionPages(client, name, key)) {
    for (const { Key, VersionId, LastModified, IsLatest } of [...Versions, ...DeleteMarkers])
      if (Key === key && VersionId !== undefined)
        found.push({ id: VersionId, at: LastModified?.getTime() ?? 0, isLatest: IsLatest === true });
    // Keys come in order: after the first other one there are no more versions of this.
    if (NextKeyMarker !== key) break;
  }
  return found.sort((one, other) => Number(one.isLatest) - Number(other.isLatest) || one.at - other.at);
};

/** All versions of the objects below a prefix, and the marks that one was deleted, as S3 lists them. */
async function* versionPages(
  client: S3Client,
  name: string,
  prefix: string,
): AsyncGenerator<ListObjectVersionsCommandOutput> {
  let from: { readonly KeyMarker?: string; readonly VersionIdMarker?: string } | undefined = {};
  while (from !== undefined) {
    const page: ListObjectVersionsCommandOutput = await client.send(
      new ListObjectVersionsCommand({ Bucket: name, Prefix: prefix, ...from }),
    );
    yield page;
    const { IsTruncated, NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
    from =
      IsTruncated === true && KeyMarker !== undefined
        ? { KeyMarker, ...(VersionIdMarker !== undefined && { VersionIdMarker }) }
        : undefined;
  }
}

interface Version {
  readonly id: string;
  readonly at: number;
  readonly isLatest: boolean;
}

/**
 * Whether somebody else wrote the object meanwhile: it is another (412), is just being written (409), or is gone (404,
 * which S3 answers to a condition on a version).
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
const isOvertaken = (error: unknown): boolean => [404, 409, 412].includes(statusOf(error));

/** What S3 answered; 0 where it did not. */
const statusOf = (error: unknown): number =>
  error instanceof S3ServiceException ? (error.$metadata.httpStatusCode ?? 0) : 0;
