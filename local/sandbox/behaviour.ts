import { EventEmitter, once, setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "./answer.ts";
import type { ChaosBehaviour, Draw, Drawn } from "./chaos.ts";
import { drawing, readChaos } from "./chaos.ts";
import type { ConfigurationBehaviour } from "./configuration.ts";
import { readConfiguration } from "./configuration.ts";
import type { Rule } from "./rules.ts";
import { ABOVE_ZERO, DELAY, FLAG, isCount, readSettings, STATUS } from "./rules.ts";
import { isObject } from "./shape.ts";

/** How a store misbehaves, for demonstrations and tests. An empty object is a store that behaves. */
export interface Behaviour {
  /** Waits this long (milliseconds) before it judges. A client that gave up meanwhile may have been heard all the same. */
  readonly delayMs?: number;
  /** Answers every request with this status and keeps nothing. */
  readonly status?: number;
  /** Seconds for the Retry-After header that goes with `status` and with 429, also with a 429 by chance. */
  readonly retryAfter?: number;
  /** Only every n-th request fails, with `status` or else 503. */
  readonly failEvery?: number;
  /** Never answers, until the behaviour changes or the server stops. */
  readonly hang?: boolean;
  /** Answers 429 above this rate. */
  readonly requestsPerSecond?: number;
  /** Answers 413 to a larger body. */
  readonly maxBytes?: number;
  /** Answers 400 to a batch that holds an item whose JSON contains this text, however its characters are escaped. */
  readonly refuseAbout?: string;
  /** Accepts, then sends half of the answer and drops the connection. */
  readonly reset?: boolean;
  /** Misbehaves by chance, before any other part has a say: what goes well is judged by the other parts as ever. */
  readonly chaos?: ChaosBehaviour;
  /** What a Caliper store says about itself to GET, and how; the rest of a behaviour holds for GET too. */
  readonly configuration?: ConfigurationBehaviour;
}

const rules: Readonly<Record<keyof Behaviour, Rule>> = {
  delayMs: DELAY,
  status: STATUS,
  retryAfter: { holds: isCount, must: "a whole number of seconds" },
  failEvery: { holds: (value) => isCount(value) && Number(value) >= 1, must: "a whole number from 1" },
  hang: FLAG,
  requestsPerSecond: ABOVE_ZERO,
  maxBytes: { holds: isCount, must: "a whole number of bytes" },
  refuseAbout: {
    holds: (value) => typeof value === "string" && value !== "",
    must: "a text that is not empty",
  },
  reset: FLAG,
  chaos: { holds: isObject, must: "an object" },
  configuration: { holds: isObject, must: "an object" },
};

/** Reads a behaviour from outside. Refuses (400) a name that it does not know and a value that makes no sense. */
export const readBehaviour = (value: unknown): Behaviour => {
  const given = readSettings(value, rules, "", "A behaviour");
  if (given.configuration !== undefined) readConfiguration(given.configuration, "/configuration");
  if (given.chaos !== undefined) readChaos(given.chaos, "/chaos");
  return given;
};

/** One store's conduct: its behaviour now, and what it must remember to behave so. */
export class Conduct {
  #behaviour: Behaviour = {};
  #judged = 0;
  #admitted: number[] = [];
  #draw: () => Draw | undefined = () => undefined;
  readonly #drawn = { error: 0, throttle: 0, hang: 0, resetBefore: 0, resetAfter: 0, slow: 0 };
  readonly #news = new EventEmitter();

  constructor() {
    // One listener per hanging request; a hundred of them are no leak.
    setMaxListeners(0, this.#news);
  }

  get behaviour(): Behaviour {
    return this.#behaviour;
  }

  /** How often each misbehaviour of chaos has been drawn since the start, through all changes of behaviour. */
  get drawn(): Drawn {
    return { ...this.#drawn };
  }

  /** Behaves so from now on; chaos starts anew from its seed. */
  change(behaviour: Behaviour): void {
    this.#behaviour = readBehaviour(behaviour);
    const { chaos } = this.#behaviour;
    this.#draw = chaos === undefined ? () => undefined : drawing(chaos);
    this.#judged = 0;
    this.#admitted = [];
    this.#news.emit("change");
  }

  /** What chance has for the next request; to be asked once for each, in the order in which they came. */
  draw(): Draw | undefined {
    const draw = this.#draw();
    if (draw !== undefined) this.#drawn[draw.kind] += 1;
    return draw;
  }

  /**
   * Hangs and delays as drawn and as told, for a question about the configuration also as told for that. False where
   * nobody is left to answer: the client left a hanging store, or the server stops.
   */
  async wait(
    about: "configuration" | "records",
    draw: Draw | undefined,
    gone: AbortSignal,
    stopped: AbortSignal,
  ): Promise<boolean> {
    if (draw?.kind === "hang") {
      const over = AbortSignal.any([gone, stopped]);
      if (!over.aborted) await once(over, "abort");
      return false;
    }
    const asked = (): Behaviour["configuration"] =>
      about === "configuration" ? this.#behaviour.configuration : undefined;
    while (this.#behaviour.hang === true || asked()?.hang === true) {
      await once(this.#news, "change", { signal: AbortSignal.any([gone, stopped]) }).catch(() => undefined);
      if (gone.aborted || stopped.aborted) return false;
    }
    const late = draw?.kind === "slow" ? draw.ms : 0;
    const delay = late + (this.#behaviour.delayMs ?? 0) + (asked()?.delayMs ?? 0);
    if (delay > 0) await sleep(delay, undefined, { signal: stopped }).catch(() => undefined);
    return !stopped.aborted;
  }

  /** What was drawn, or else the behaviour, answers to a request of this size (bytes); undefined: the standard decides. */
  verdict(bytes: number, draw: Draw | undefined): Answer | undefined {
    const { status, failEvery, retryAfter, maxBytes } = this.#behaviour;
    if (draw?.kind === "error") return told(draw.status);
    if (draw?.kind === "throttle") {
      const seconds = retryAfter ?? 1;
      return told(429, draw.retryAfter === "date" ? dateIn(seconds) : seconds);
    }
    this.#judged += 1;
    if (failEvery === undefined ? status !== undefined : this.#judged % failEvery === 0) {
      return told(status ?? 503, retryAfter);
    }
    const wait = this.#secondsUntilAdmitted();
    if (wait > 0) return told(429, retryAfter ?? wait);
    return maxBytes !== undefined && bytes > maxBytes ? told(413) : undefined;
  }

  #secondsUntilAdmitted(): number {
    const rate = this.#behaviour.requestsPerSecond;
    if (rate === undefined) return 0;
    // Half a request per second is one request in two seconds.
    const windowMs = rate < 1 ? 1000 / rate : 1000;
    const now = performance.now();
    this.#admitted = this.#admitted.filter((at) => at > now - windowMs);
    const [oldest] = this.#admitted;
    if (oldest !== undefined && this.#admitted.length >= Math.max(1, Math.floor(rate))) {
      return Math.max(1, Math.ceil((oldest + windowMs - now) / 1000));
    }
    this.#admitted.push(now);
    return 0;
  }
}

/** An HTTP-date (RFC 9110 §5.6.7) knows whole seconds only: the next one, lest it be too early. */
const dateIn = (seconds: number): string =>
  new Date(Math.ceil(Date.now() / 1000 + seconds) * 1000).toUTCString();

const told = (status: number, retryAfter?: number | string): Answer => ({
  status,
  ...(retryAfter === undefined ? {} : { headers: { "Retry-After": String(retryAfter) } }),
  json: { error: `This sandbox was told to answer ${status}.`, at: "" },
});
