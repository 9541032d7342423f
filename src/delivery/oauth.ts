import type { Answer } from "./answer.ts";

/** Tokens as an OAuth 2 server gives them, one after the other. */
export interface Tokens {
  /** The token that is good now; or the answer that stands in its place. */
  token(): Promise<{ readonly token: string } | { readonly answer: Answer }>;
  /** Says that a token was refused, the last one where none is given. True where another can be had. */
  refused(token?: string): boolean;
}

/** Asks the server for a token; its life is in milliseconds. Never throws. */
export type TokenRequest = () => Promise<NewToken | { readonly answer: Answer }>;

export interface NewToken {
  readonly token: string;
  /** Absent where the server does not say. */
  readonly life?: number;
}

/** How long a token is used whose life is not known, in milliseconds. */
const UNKNOWN = 5 * 60_000;

/** A token is given up so long before its end at the most, in milliseconds: clocks differ, and requests take time. */
const MARGIN = 60_000;

/** How long a token that stands in for a refused one is young, in milliseconds: another in its place would fare no better. */
const YOUNG = 60_000;

interface Held {
  readonly token: string;
  readonly since: number;
  readonly until: number;
  /** Whether it stands in for one that was refused. */
  readonly again: boolean;
}

/**
 * Keeps a token until shortly before it expires. Those who ask while a request is under way share what it brings; a
 * failure is not kept. A token that the endpoint refuses is replaced once; where its replacement is refused as well,
 * the token is not what is wrong.
 */
export const tokensOf = (request: TokenRequest, now: () => number): Tokens => {
  let held: Held | undefined;
  let asking: ReturnType<Tokens["token"]> | undefined;
  let again = false;
  const ask = async (): ReturnType<Tokens["token"]> => {
    // Its life began at some time after this.
    const since = now();
    const given = await request().finally(() => {
      asking = undefined;
    });
    if ("answer" in given) return given;
    const { token, life } = given;
    held = { token, since, until: since + (life === undefined ? UNKNOWN : usable(life)), again };
    again = false;
    return { token };
  };
  return {
    token: async () => {
      if (held !== undefined && now() < held.until) return { token: held.token };
      asking ??= ask();
      return asking;
    },
    refused: (token = held?.token) => {
      // Somebody else has said so already, and a new one is on its way, or here.
      if (held === undefined || token !== held.token) return true;
      if (held.again && now() - held.since < YOUNG) return false;
      held = undefined;
      again = true;
      return true;
    },
  };
};

const usable = (life: number): number => life - Math.min(MARGIN, life / 10);
