import type { IncomingHttpHeaders } from "node:http";
import { startSandbox } from "../../local/sandbox/server.ts";
import { listener, type Reply } from "../support/listener.ts";
import { examined, SECRETS, type Setting } from "./support.ts";

/** How the service proves who it is to these stores. */
export const BASIC = `Basic ${Buffer.from(SECRETS["ssm:/store"] ?? "").toString("base64")}`;

type Lines = Readonly<Record<string, string>>;

/** The findings of an endpoint of this protocol in a sandbox that knows our secret. */
export const inSandbox = async (
  lines: Lines,
  { behaviour = {}, ...setting }: Partial<Setting> & { behaviour?: object } = {},
) => {
  const sandbox = await startSandbox({ credentials: { store: BASIC } });
  try {
    sandbox.behave("store", behaviour);
    const url = `${sandbox.url}/${lines.protocol ?? "xapi"}/store`;
    const findings = await examined({ endpoints: { store: { url, ...lines } }, ...setting });
    return {
      findings,
      statements: sandbox.statements("store"),
      voided: sandbox.voided("store"),
      events: sandbox.caliper("store"),
      records: sandbox.records("store"),
    };
  } finally {
    await sandbox.stop();
  }
};

/**
 * The findings of a store that answers so, by the request's path and body (of a question, an empty one), and as an xAPI
 * store does where nothing is said.
 */
export const answering = async (
  reply: (path: string, body: string, headers: IncomingHttpHeaders) => Reply | undefined,
  lines: Lines = {},
  setting: Partial<Setting> = {},
) => {
  await using store = await listener(
    (path, body, headers) => reply(path, body, headers) ?? asStore(path, body, headers),
  );
  const findings = await examined({
    endpoints: { store: { url: `${store.url}/xapi`, ...lines } },
    ...setting,
  });
  return {
    findings,
    requests: store.requests,
    bodies: store.requests.map(({ body }) => body).filter(Boolean),
  };
};

/** What an xAPI store answers that knows everybody who says who they are. */
export const asStore = (path: string, body: string, headers: IncomingHttpHeaders): Reply => {
  if (headers.authorization === undefined) return { status: 401 };
  if (body !== "")
    return { text: JSON.stringify(JSON.parse(body).map(({ id }: { readonly id: string }) => id)) };
  const voided = new URL(path, "http://store").searchParams.get("voidedStatementId");
  return { text: JSON.stringify(voided === null ? { statements: [], more: "" } : { id: voided }) };
};

/** Whether a request's body is a statement that voids another. */
export const isVoiding = (body: string): boolean => body.includes("StatementRef");
