/** Thrown where a request over HTTP is refused. The message is for whoever sent it, and quotes nothing of it. */
export class RefusedRequest extends Error {
  override readonly name: string = "RefusedRequest";
  readonly status: number;
  /** A short name, for programs and the log. */
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    reason: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.headers = headers;
  }
}
