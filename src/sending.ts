import { ComesAgain } from "./again.ts";
import { type Pack, type Packing, packing } from "./delivery/pack.ts";
import type { Endpoint } from "./endpoint/endpoint.ts";
import type { StatementOfMessage } from "./statements.ts";

/** Puts messages into an endpoint's delivery queue; tells for each whether the queue has it. */
export type SendToDelivery = (endpoint: string, bodies: readonly string[]) => Promise<readonly boolean[]>;

/** Sends statements to the endpoints' queues while others are made. */
export interface Sending {
  /** Takes a statement; it is sent with others, as soon as they are enough. */
  put(endpoint: Endpoint, statement: StatementOfMessage): void;
  /** Resolves when so little is under way that more may be made. */
  room(): Promise<void>;
  /**
   * Sends what is left. Gives the messages that must come again, by their positions, as a queue did not take what came of
   * them.
   */
  end(): Promise<ReadonlyMap<number, ComesAgain>>;
}

/** So many messages go at once: SQS takes no more in a request, so each request but the last is full. */
const TOGETHER = 10;

/** More characters than these do not wait for others, so that there is room for the messages of all endpoints. */
const MUCH = 4 * 1024 * 1024;

/** So many characters may be under way, and for each endpoint so many requests; what is sent at once may be more. */
const MOST = 8 * 1024 * 1024;
const AT_ONCE = 4;

/** What is to be sent to one endpoint: of statements that are packed, only their messages' positions are remembered. */
interface Lane {
  readonly packing: Packing<number>;
  full: Pack<number>[];
  characters: number;
}

export const sending = (send: SendToDelivery): Sending => {
  const lanes = new Map<Endpoint, Lane>();
  const underWay = new Set<Promise<void>>();
  const again = new Map<number, ComesAgain>();
  let characters = 0;
  let failure: { readonly error: unknown } | undefined;

  const sendFull = (endpoint: Endpoint, lane: Lane): void => {
    if (lane.full.length === 0) return;
    const [packs, size] = [lane.full, lane.characters];
    lane.full = [];
    lane.characters = 0;
    characters += size;
    const sent = sendPacks(endpoint.name, packs, send, again)
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => {
        characters -= size;
        underWay.delete(sent);
      });
    underWay.add(sent);
  };
  const laneOf = (endpoint: Endpoint): Lane => {
    const lane: Lane = {
      packing: packing(endpoint.batch, (pack) => {
        lane.full.push(pack);
        lane.characters += pack.body.length;
        if (lane.full.length >= TOGETHER || lane.characters >= MUCH) sendFull(endpoint, lane);
      }),
      full: [],
      characters: 0,
    };
    lanes.set(endpoint, lane);
    return lane;
  };
  return {
    put: (endpoint, statement) =>
      (lanes.get(endpoint) ?? laneOf(endpoint)).packing.put(statement, statement.message),
    room: async () => {
      while (characters > MOST || underWay.size > AT_ONCE * lanes.size) await Promise.race(underWay);
    },
    end: async () => {
      for (const [endpoint, lane] of lanes) {
        lane.packing.end();
        sendFull(endpoint, lane);
      }
      await Promise.all(underWay);
      if (failure !== undefined) throw failure.error;
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
