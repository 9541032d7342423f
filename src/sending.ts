import { ComesAgain } from "./again.ts";
import { type Pack, type Packing, packing } from "./delivery/pack.ts";
import { REQUEST } from "./delivery/request.ts";
import type { Endpoint } from "./endpoint/endpoint.ts";
import type { StatementOfMessage } from "./statements.ts";

/** Puts messages into an endpoint's delivery queue; tells for each whether the queue has it. */
export type SendToDelivery = (endpoint: string, bodies: readonly string[]) => Promise<readonly boolean[]>;

/** Sends statements to the endpoints' queues while others are made. */
export interface Sending {
  /** Takes a statement; it is sent with others, as soon as they fill a request. */
  put(endpoint: Endpoint, statement: StatementOfMessage): void;
  /** Resolves when so little is under way that more may be made. Throws what sending has thrown. */
  room(): Promise<void>;
  /**
   * Sends what is left. Gives the messages that must come again, by their positions, as a queue did not take what came of
   * them. Throws what sending has thrown.
   */
  end(): Promise<ReadonlyMap<number, ComesAgain>>;
}

/** Nothing more is made while more characters are under way than these, or more requests of one endpoint. */
const MOST = 8 * 1024 * 1024;
const AT_ONCE = 4;

/** What is to be sent to one endpoint: of statements that are packed, only their messages' positions are remembered. */
interface Lane {
  readonly packing: Packing<number>;
  /** What goes in the next request. */
  open: Pack<number>[];
  bytes: number;
  /** How many requests are under way. */
  underWay: number;
}

export const sending = (send: SendToDelivery): Sending => {
  const lanes = new Map<Endpoint, Lane>();
  const underWay = new Set<Promise<void>>();
  const again = new Map<number, ComesAgain>();
  let characters = 0;
  let failure: { readonly error: unknown } | undefined;

  const sendOpen = (endpoint: Endpoint, lane: Lane): void => {
    const packs = lane.open;
    if (packs.length === 0) return;
    const size = packs.reduce((sum, { body }) => sum + body.length, 0);
    lane.open = [];
    lane.bytes = 0;
    lane.underWay++;
    characters += size;
    const sent = sendPacks(endpoint.name, packs, send, again)
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => {
        characters -= size;
        lane.underWay--;
        underWay.delete(sent);
      });
    underWay.add(sent);
  };
  const laneOf = (endpoint: Endpoint): Lane => {
    const take = (pack: Pack<number>): void => {
      const bytes = Buffer.byteLength(pack.body);
      if (lane.bytes + bytes > REQUEST.bytes) sendOpen(endpoint, lane);
      lane.open.push(pack);
      lane.bytes += bytes;
      if (lane.open.length >= REQUEST.messages) sendOpen(endpoint, lane);
    };
    const lane: Lane = { packing: packing(endpoint.batch, take), open: [], bytes: 0, underWay: 0 };
    lanes.set(endpoint, lane);
    return lane;
  };
  const isBusy = (): boolean => {
    if (characters > MOST) return true;
    for (const lane of lanes.values()) if (lane.underWay > AT_ONCE) return true;
    return false;
  };
  const throwFailure = (): void => {
    if (failure !== undefined) throw failure.error;
  };
  return {
    put: (endpoint, statement) =>
      (lanes.get(endpoint) ?? laneOf(endpoint)).packing.put(statement, statement.message),
    room: async () => {
      while (isBusy()) await Promise.race(underWay);
      throwFailure();
    },
    end: async () => {
      for (const [endpoint, lane] of lanes) {
        lane.packing.end();
        sendOpen(endpoint, lane);
      }
      await Promise.all(underWay);
      throwFailure();
      return again;
    },
  };
};

/** Marks the messages of what is not taken. */
const sendPacks = async (
  endpoint: string,
  packs: readonly Pack<number>[],
  send: SendToDelivery,
  again: Map<number, ComesAgain>,
): Promise<void> => {
  const taken = await send(
    endpoint,
    packs.map(({ body }) => body),
  );
  for (const [at, { statements }] of packs.entries()) {
    if (taken[at] === true) continue;
    const error = new ComesAgain(`The delivery queue of ${endpoint} did not take a message.`);
    for (const message of statements) again.set(message, error);
  }
};
