import type { Endpoint } from "./endpoint/endpoint.ts";
import type { EventSchema } from "./event/catalog.ts";
import type { StatementId } from "./event/id.ts";
import type { JsonObject } from "./event/json.ts";
import type { Settings } from "./settings.ts";

/** Everything that an institution decided, compiled: what `npm run build` puts into the functions' bundles. */
export interface Site {
  readonly settings: Settings;
  readonly endpoints: readonly Endpoint[];
  readonly schemas: readonly EventSchema[];
  /** By the endpoint's name. */
  readonly routes: Readonly<Record<string, Route>>;
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
}

/** What a compiled mapping reads besides the event itself: variables, and frames that are JSON text already. */
export interface Scope extends Frame {
  /** `YYYY-MM-DDTHH:mm:ss.SSSZ` */
  readonly time: string;
  id(translation: string, position: number): StatementId;
}

/** The part of a scope that is the same for all events of a learner, for one endpoint. */
export interface Frame {
  readonly learner: { readonly id: string };
  /** The pseudonym that the endpoint would know a learner of this name by; undefined for what is no text. */
  pseudonym(name: unknown): string | undefined;
  /** As the LMS names it; in `group` and `grouping`, its id is an IRI. */
  readonly course: { readonly id: string; readonly label?: string; readonly title?: string } | undefined;
  /** A Person or an agent. */
  readonly actor: string;
  /** Caliper: `,"group":…,"membership":…`, or nothing. */
  readonly group: string;
  /** xAPI: `,"grouping":[…]`, or nothing; and `,"contextActivities":{…}` with nothing else in it, or nothing. */
  readonly grouping: string;
  readonly activities: string;
  /** Extensions of the translator's own: `,"key":value`, or nothing; and `,"extensions":{…}` of them, or nothing. */
  readonly marks: string;
  readonly extensions: string;
}
