/** What a site collects, as its learners' page tells it: the build makes it of the site's files (build/collected.ts). */
export interface Collected {
  readonly endpoints: readonly CollectedEndpoint[];
  readonly events: readonly CollectedEvent[];
}

/** Somebody who is told something. */
export interface CollectedEndpoint {
  readonly name: string;
  readonly title: string;
  readonly protocol: "caliper" | "xapi" | "json";
  readonly learners: "pseudonym" | "username" | "lms" | "anonymous";
  readonly personalData: "pseudonymise" | "allow" | "refuse";
  /** Whether it is told only of some courses, people or times. */
  readonly conditional: boolean;
}

/** A kind of event. */
export interface CollectedEvent {
  /** The folder below mappings/. */
  readonly name: string;
  readonly title: string;
  /** Whether it is nobody's. */
  readonly anonymous: boolean;
  readonly fields: readonly CollectedField[];
  /** The names of the endpoints that are told of it. */
  readonly told: readonly string[];
}

export interface CollectedField {
  readonly name: string;
  readonly meaning?: string;
  /** Whether it, or something in it, is taken out before anything is kept. */
  readonly neverStored: "whole" | "part" | "no";
  /** The names of the endpoints that get something of it. */
  readonly told: readonly string[];
  /** The names of the endpoints that know the learner by a name which is made of it. */
  readonly names: readonly string[];
}
