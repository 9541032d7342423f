import type { Endpoint } from "./endpoint/endpoint.ts";
import type { EventSchema } from "./event/catalog.ts";
import type { StatementId } from "./event/id.ts";
import type { JsonObject } from "./event/json.ts";
import type { Learner } from "./learner/identify.ts";
import type { Settings } from "./settings.ts";

/** Everything that an institution decided, compiled: what `npm run build` puts into the functions' bundles. */
export interface Site {
  readonly settings: Settings;
  readonly endpoints: readonly Endpoint[];
  readonly schemas: readonly EventSchema[];
  /** By the mapping's folder, which version of the mapping it is: the beginning of its file's SHA-256. */
  readonly hashes: Readonly<Record<string, string>>;
  /** By the mapping's folder, where it declares something about several events. */
  readonly rules: Readonly<Record<string, BatchRules>>;
  /** By the endpoint's name. */
  readonly routes: Readonly<Record<string, Route>>;
}

/** What a mapping declares about events that come in one batch. */
export interface BatchRules {
  /**
   * For an event, what it has in common with the one before it, as text, or undefined where that is not known; and
   * whether an event is one that the next may look back on.
   */
  readonly previous: { same(event: JsonObject): string | undefined; when(event: JsonObject): boolean };
}

/** What an endpoint takes, and how it is written for it. */
export interface Route {
  /** The endpoint's `where`; true lets an event pass. */
  readonly where?: (scope: Scope) => unknown;
  /** By the mapping's folder; a mapping of which the endpoint takes nothing is not here. */
  readonly translate: Readonly<Record<string, Translate>>;
}

/** A compiled mapping: the statements that it makes of an event. Throws MappingError where a needed value is absent. */
export type Translate = (event: JsonObject, scope: Scope) => readonly WrittenStatement[];

export interface WrittenStatement {
  readonly translation: string;
  readonly id: StatementId;
  /** A Caliper event or an xAPI statement. */
  readonly text: string;
  /** Repeats of the act within so many milliseconds are told once. */
  readonly within?: number;
  /** What the act is about: something to compare. */
  readonly act?: unknown;
  /** When the act was, where that is not when the event was. */
  readonly time?: string;
}

/** What a compiled mapping reads besides the event itself: variables, and frames that are JSON text already. */
export interface Scope extends Frame {
  /** `YYYY-MM-DDTHH:mm:ss.SSSZ` */
  readonly time: string;
  id(translation: string, position: number): StatementId;
  /** The event before it that the mapping looks back on, where the batch has it. */
  readonly previous: JsonObject | undefined;
}

/** The part of a scope that is the same for all events of a learner, for one endpoint. */
export interface Frame {
  readonly learner: { readonly id: string };
  /** Another name for a text, the endpoint's own; undefined for what is no text. */
  pseudonym(name: unknown): string | undefined;
  /** Who sent the event, as far as that is known. */
  readonly sender: Learner["sender"];
  /** As the LMS names it; in `group` and `grouping`, its id is an IRI. */
  readonly course: { readonly id: string; readonly label?: string; readonly title?: string } | undefined;
  /** Its id is an IRI, the endpoint's own for it. */
  readonly session: { readonly id: string; readonly started?: string } | undefined;
  /** A Person or an agent. */
  readonly actor: string;
  /** Caliper: `,"group":…`, or nothing; and `,"membership":…`, or nothing. */
  readonly group: string;
  readonly membership: string;
  /** Caliper: `,"session":…` and `,"federatedSession":…`, each where it is known; or nothing. */
  readonly sessions: string;
  /** xAPI: `,"grouping":[…]`, or nothing; and `,"contextActivities":{…}` with nothing else in it, or nothing. */
  readonly grouping: string;
  readonly activities: string;
  /** xAPI: `,"registration":"…"`, that of the learner for the course, or nothing. */
  readonly registration: string;
  /**
   * That nothing proves whose event it is. json: `,"proven":false`, or nothing. Caliper and xAPI: an extension of the
   * translator's own, `,"key":value`, or nothing; and `,"extensions":{…}` of it, or nothing.
   */
  readonly marks: string;
  readonly extensions: string;
}
