/** An endpoint's answer to a request, or what stands in its place. */
export interface Answer {
  /** `network`: none came. `setup`: nothing was sent, as the administrator must act first. */
  readonly status: number | "network" | "setup";
  /**
   * The beginning of the answer's body, or what happened in its place; without secrets, but it may quote statements. Empty
   * where the statements were taken.
   */
  readonly excerpt: string;
  /** How long the endpoint asks us to wait (Retry-After), in milliseconds. */
  readonly retryAfter?: number;
}
