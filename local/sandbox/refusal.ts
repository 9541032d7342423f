/** A request that the sandbox turns down: the status to answer, a plain sentence, and where (a JSON Pointer, RFC 6901). */
export class Refusal extends Error {
  readonly status: number;
  readonly at: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, sentence: string, at = "", headers: Readonly<Record<string, string>> = {}) {
    super(sentence);
    this.name = "Refusal";
    this.status = status;
    this.at = at;
    this.headers = headers;
  }
}
