import { gunzipSync } from "node:zlib";
import { type IngestRequest, NotTaken } from "./http.ts";

/** The most that a request may hold, in bytes, as it came and as it unpacks. */
export const BODY_LIMIT = 1024 * 1024;

/** What events are posted as. Whether it is one, an array or one a line is seen from the text itself. */
const TYPES = [
  "application/json",
  "application/x-ndjson",
  "application/ndjson",
  "application/jsonl",
  "application/x-jsonlines",
];

/** Throws NotTaken where the headers say that the body is of a kind that cannot be read. */
export const requireReadable = ({ headers }: IngestRequest): void => {
  const [type = "", ...parameters] = (headers["content-type"] ?? "").split(";").map(plain);
  const charset = parameters.find((each) => each.startsWith("charset="))?.replace(/^charset=|"/g, "");
  if (!TYPES.includes(type) || (charset !== undefined && charset !== "utf-8"))
    throw new NotTaken(
      415,
      "type.wrong",
      "The content type must be application/json, or application/x-ndjson, in UTF-8.",
      { "accept-post": "application/json, application/x-ndjson" },
    );
  if (!ENCODINGS.includes(encodingOf(headers)))
    throw new NotTaken(415, "encoding.wrong", "The content encoding may be gzip, and no other.", {
      "accept-encoding": "gzip",
    });
};

/** RFC 9110, section 8.4.1.3, has both names for it. */
const PACKED = ["gzip", "x-gzip"];
const ENCODINGS = ["", "identity", ...PACKED];

const encodingOf = (headers: IngestRequest["headers"]): string => plain(headers["content-encoding"] ?? "");

const plain = (text: string): string => text.trim().toLowerCase();

/** The body's text, unpacked. Throws NotTaken where it is too large, or no text. */
export const textOf = ({ headers, body }: IngestRequest): string => {
  if (body.length > BODY_LIMIT) throw tooLarge("The body is");
  const bytes = PACKED.includes(encodingOf(headers)) ? unpacked(body) : body;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new NotTaken(400, "encoding.invalid", "The body is not text in UTF-8.");
  }
};

const unpacked = (body: Uint8Array): Uint8Array => {
  // A gateway or a proxy on the way may have unpacked it, and left the header as it was.
  if (body[0] !== 0x1f && looksLikeJson(body)) return body;
  try {
    return gunzipSync(body, { maxOutputLength: BODY_LIMIT });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge("The body unpacks to");
    throw new NotTaken(400, "encoding.invalid", isMangled(body) ? MANGLED : NO_GZIP);
  }
};

const looksLikeJson = (body: Uint8Array): boolean =>
  /^\s*[{[]/.test(new TextDecoder("latin1").decode(body.subarray(0, 64)));

/** Gzip begins with 1f 8b; what takes it for UTF-8 makes ef bf bd of the second byte. */
const isMangled = (body: Uint8Array): boolean => body[0] === 0x1f && body[1] === 0xef && body[2] === 0xbf;

const MANGLED =
  "The body was gzip, but something on the way took it for text. Send it with the content type application/x-ndjson.";
const NO_GZIP =
  "The body does not unpack. With content-encoding: gzip, send the bytes of gzip, and not base64.";

const tooLarge = (what: string): NotTaken =>
  new NotTaken(
    413,
    "size.exceeded",
    `${what} more than ${BODY_LIMIT} bytes. Send the events in several requests.`,
  );
