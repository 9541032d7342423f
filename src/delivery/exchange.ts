import {
  type ClientRequest,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from "node:http";
import { request as httpsRequest } from "node:https";
import { isThisMachine } from "../document/this-machine.ts";
import { literalAddress, mayReach } from "../endpoint/address.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";
import { HEADER_NAME } from "../endpoint/header.ts";
import {
  type Agents,
  connections,
  everyAddress,
  keptConnections,
  lookupWithin,
  type Resolve,
} from "./connections.ts";
import { refused, Unreachable, unreachable } from "./unreachable.ts";

/** A request, and the beginning of the answer to it. Throws Unreachable where none came. */
export type Exchange = (request: HttpRequest) => Promise<HttpReply>;

export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The beginning of the body: at most 64 KB, and as much as could be read. */
  readonly text: string;
}

export interface Exchanger {
  readonly exchange: Exchange;
  /**
   * Closes connections that are kept open, and those in use once their answer has come. The exchanger can be used
   * again.
   */
  rest(): void;
}

export interface ExchangerOptions {
  /** How long a request may take as a whole, in milliseconds; what is left of an answer's body has a second at least. */
  readonly timeout: number;
  readonly network: Endpoint["network"];
  /** Finds a host's addresses, in place of the system's resolver. */
  readonly resolve?: Resolve;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** The longest that finding the host, reaching it and agreeing on encryption may take together, in milliseconds. */
const CONNECTING = 5000;

/** So soon, in milliseconds, a connection that had been closed already is lost when something is sent on it. */
const SOON = 300;

/** How long the rest of an answer is read at least, in milliseconds. */
const READING = 1000;

/** The most of a body that is read, in bytes. */
const READ = 64 * 1024;

/**
 * Makes requests as they may be made to an address that somebody wrote into a file: encrypted and with the server's
 * certificate verified, or to this machine; only to addresses in `network`, checked as the connection is made; no
 * redirect is followed; everything is bounded in time and size. Connections are kept for the next request, if that
 * comes soon: see `keptConnections`.
 */
export const exchangerTo = ({
  timeout,
  network,
  resolve = everyAddress,
  now = Date.now,
}: ExchangerOptions): Exchanger => {
  const lookup = lookupWithin(network, resolve);
  const kept = keptConnections(lookup, now);
  const exchange: Exchange = async (request) => {
    const target = targetOf(request, network);
    const ends = performance.now() + timeout;
    const left = (): number => Math.max(0, ends - performance.now());
    const reply =
      (await kept.use((agents) => attempt(target, agents, left))) ??
      (await attempt(target, connections(lookup, { keepAlive: false }), left));
    if (reply === undefined) throw new Unreachable("ECONNRESET");
    return reply;
  };
  return { exchange, rest: kept.rest };
};

interface Target {
  readonly url: URL;
  /** The host as connections are made to it. */
  readonly host: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: HttpRequest["body"];
}

/** What a request asks for, where it may be made at all. */
const targetOf = (
  { method, url: text, headers, body }: HttpRequest,
  network: Endpoint["network"],
): Target => {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "")
    throw new Unreachable("EADDRESS", "The address must be a url without a password in it.");
  // Records about people would be open to the network; on the machine itself there is none.
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isThisMachine(url.hostname)))
    throw new Unreachable(
      "EADDRESS",
      "The address must begin with https (http only for this machine itself).",
    );
  const literal = literalAddress(url.hostname);
  if (literal !== undefined && !mayReach(literal, url.hostname, network)) throw refused();
  for (const [name, value] of Object.entries(headers)) {
    if (!NAME.test(name)) throw new Error("A header of the request has a name that no header can have.");
    if (!/^[\t -~\u0080-\u00ff]*$/.test(value))
      throw new Error(
        `The value of the header ${name} cannot be sent: it holds a line break, or letters that a header cannot hold.`,
      );
  }
  const own = Object.entries(headers).filter(([name]) => !FRAMING.test(name));
  const all = { ...Object.fromEntries(own), "accept-encoding": "identity" };
  return { url, host: literal ?? url.hostname, method, headers: all, body };
};

const NAME = new RegExp(HEADER_NAME);

/** Headers that the connection sets, whatever the request says. */
const FRAMING =
  /^(host|connection|keep-alive|content-length|transfer-encoding|te|trailer|upgrade|expect|accept-encoding)$/i;

/** Asks once. Nothing comes back where a connection that was kept had been closed by then: the request can be made anew. */
const attempt = (target: Target, using: Agents, left: () => number): Promise<HttpReply | undefined> =>
  new Promise((resolve, reject) => {
    const { url, host, method, headers, body } = target;
    const encrypted = url.protocol === "https:";
    const sent = (encrypted ? httpsRequest : httpRequest)({
      agent: using[encrypted ? "https:" : "http:"],
      method,
      hostname: host,
      port: url.port,
      path: `${url.pathname}${url.search}`,
      headers,
      maxHeaderSize: 16 * 1024,
      insecureHTTPParser: false,
    });
    // Where we ourselves were held up, an answer may have come in the meantime, and is read first.
    const giveUp = (): void => void setImmediate(() => pending && sent.destroy(new Unreachable("ETIMEDOUT")));
    const connecting = setTimeout(giveUp, Math.min(CONNECTING, left()));
    const answering = setTimeout(giveUp, left());
    let pending = true;
    const clear = (): void => {
      pending = false;
      clearTimeout(connecting);
      clearTimeout(answering);
    };
    let [read, begun] = [0, 0];
    sent.on("socket", (socket) => {
      read = socket.bytesRead;
      begun = performance.now();
      if (sent.reusedSocket) clearTimeout(connecting);
      else socket.once(encrypted ? "secureConnect" : "connect", () => clearTimeout(connecting));
    });
    sent.on("response", (response) => {
      clear();
      const reply = textOf(sent, response, Math.max(READING, left()));
      resolve(reply.then((text) => ({ status: response.statusCode ?? 0, headers: response.headers, text })));
    });
    sent.on("error", (error: NodeJS.ErrnoException) => {
      clear();
      const lost = error.code === "ECONNRESET" || error.code === "EPIPE";
      // Later, the server may have had it for a while, and lost it at work: that is for the next try.
      const isSoon = performance.now() - begun < SOON;
      if (lost && isSoon && sent.reusedSocket && sent.socket?.bytesRead === read) resolve(undefined);
      else reject(unreachable(error));
    });
    // An answer that switches protocols is neither a response nor an error.
    sent.on("close", () => {
      if (!pending) return;
      clear();
      reject(new Unreachable("ECONNRESET"));
    });
    sent.end(body);
  });

/** The beginning of an answer's body. Where it breaks off, the answer has been given all the same. */
const textOf = (sent: ClientRequest, response: IncomingMessage, patience: number): Promise<string> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let finished = false;
    const finish = (): void => {
      if (finished) return;
      finished = true;
      clearTimeout(timer);
      // A letter that the end cuts in two is left out.
      resolve(new TextDecoder().decode(Buffer.concat(chunks).subarray(0, READ), { stream: true }));
      // Nobody waits for the rest of it, nor for the rest of the request, which it may have come before. Where nothing
      // is left of either, Node has the connection back by now, and this does nothing.
      sent.destroy();
    };
    const timer = setTimeout(finish, patience);
    response.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= READ) finish();
    });
    response.on("error", finish);
    response.on("end", finish);
    response.on("close", finish);
  });
