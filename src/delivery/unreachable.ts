/** No answer came. Neither the code nor the message holds an address or anything of the request. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
  /**
   * What the network said: ECONNREFUSED, ETIMEDOUT, ENOTFOUND, CERT_HAS_EXPIRED and the like. Two are ours, and mean
   * that nothing was sent: EADDRESS for a url that is none for endpoints, EPRIVATE for one that leads into a network
   * where this one must not be.
   */
  readonly code: string;

  constructor(code: string, message = `No answer came (${code}).`) {
    super(message);
    this.code = code;
  }
}

/** What an error of the network comes to. Its message is left out: it may hold what the request held. */
export const unreachable = (error: unknown): Unreachable => {
  if (error instanceof Unreachable) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return new Unreachable(/^[A-Z][A-Z0-9_]*$/.test(code) ? code : "EUNKNOWN");
};

/** The error for an address where this endpoint must not be. */
export const refused = (): Unreachable =>
  new Unreachable("EPRIVATE", "The address leads into a network that is not open to this endpoint.");

/** Why waiting would be in vain, where it would: something that an administrator must see to. */
export const lastingTrouble = (code: string): string | undefined => {
  if (/CERT|SIGNATURE|ISSUER/.test(code)) return "its server's certificate is not trusted";
  if (/SSL|TLS/.test(code)) return "its server speaks no https that can be trusted";
  return LASTING[code];
};

const LASTING: Readonly<Record<string, string>> = {
  EADDRESS: "it must begin with https, and hold no password",
  EPRIVATE: "it leads into a private network, and the file does not say network: private",
  // Where names cannot be looked up at all for the moment, the code is another.
  ENOTFOUND: "there is no such host",
};
