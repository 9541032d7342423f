import type { JsonObject } from "../../src/event/json.ts";
import type { Side } from "../../src/mapping/understand.ts";
import type { Frame } from "../../src/site.ts";
import type { Reading } from "./about.ts";

/** `GET /api/mappings`: what is translated, and what is not. */
export interface Mappings {
  readonly reading: Reading;
  /** Accepted events, and those that nobody has a schema for. */
  readonly events: number;
  readonly rows: readonly MappingRow[];
  /** Schemas that events name and that no mapping has. */
  readonly unknown: readonly { readonly schema: string; readonly events: number }[];
  /** Folders of mappings by which events were accepted, and that are no longer among the files: taken away, or renamed. */
  readonly gone: readonly { readonly name: string; readonly events: number }[];
}

export interface MappingRow {
  /** The folder below mappings/. */
  readonly name: string;
  readonly title: string;
  readonly ids: readonly string[];
  readonly events: number;
  /** Of these, those of which any endpoint is told. */
  readonly told: number;
  /** Events that do not fit its schema, and so are in quarantine. */
  readonly invalid: number;
  /** Its translations, each with how many statements of it were delivered. */
  readonly translations: readonly {
    /** With its mapping: `jupyter-server/contents:saved`. */
    readonly name: string;
    readonly optional: boolean;
    readonly delivered: number;
    /** The endpoints that take it. */
    readonly takenBy: readonly string[];
  }[];
}

/** `GET /api/mappings/<name>`: everything by which the page checks, compiles and tries a mapping itself. */
export interface MappingDetail {
  readonly name: string;
  /** The path of its mapping.yml. */
  readonly file: string;
  readonly text: string;
  /** By which a text is told from others when it is saved. */
  readonly hash: string;
  /** Each version of the event's schema. */
  readonly schemas: readonly { readonly version: string; readonly schema: JsonObject }[];
  readonly hub: { readonly id: string; readonly name: string };
  /** For each side, the version of the standard that is written. */
  readonly versions: Readonly<Record<Side, string>>;
  /** Whether what is personal goes out as pseudonyms, as to most endpoints. */
  readonly isPseudonymised: boolean;
  readonly samples: readonly Sample[];
}

/** An event to try a mapping on: an example beside it, or one that is archived. */
export interface Sample {
  readonly from: "example" | "archive";
  /** What it is called: the example's name, or when the event arrived. */
  readonly name: string;
  /** Its id, where it is archived. */
  readonly id?: string;
  readonly data: JsonObject;
  readonly time: string;
  /**
   * What came in its batch of the same mapping, learner and server, and happened before it, the first of it first: what it
   * may look back on, or repeat.
   */
  readonly before: readonly BatchEvent[];
  /** What the translator fills in, for each side. */
  readonly frames: Readonly<Record<Side, SampleFrame>>;
}

export interface BatchEvent {
  readonly data: JsonObject;
  readonly time: string;
  /** The id of its course. */
  readonly course?: string;
}

/** A frame without what needs a secret: names and ids are made up in the page. */
export type SampleFrame = Omit<Frame, "pseudonym">;

/** `PUT /api/mappings/<name>`: saves its text, unless the file has changed since (409), or the site has mistakes (422). */
export interface SaveMapping {
  readonly text: string;
  /** That of the text that was edited. */
  readonly hash: string;
}

export interface Saved {
  readonly hash: string;
  /** What was done, in a sentence. */
  readonly told: string;
}
