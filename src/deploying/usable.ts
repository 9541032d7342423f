import { credentialsOf } from "../delivery/credentials.ts";
import type { Exchange } from "../delivery/exchange.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";
import { pseudonymKeys } from "../learner/pseudonym-keys.ts";
import type { SigningAlgorithm } from "../learner/trust.ts";
import { tokenVerifier } from "../learner/verify.ts";
import type { Settings } from "../settings.ts";

/** What a secret is for. */
export type SecretUse =
  /** The hub signs learner contexts with it. */
  | { readonly use: "signing"; readonly algorithm: SigningAlgorithm }
  | { readonly use: "pseudonyms" }
  /** The key of pseudonyms before the one of today. */
  | { readonly use: "former" }
  | { readonly use: "endpoint"; readonly endpoint: Knowing };

/** How an endpoint knows us. */
type Knowing = Pick<Endpoint, "name" | "auth">;

/** What a secret of translator.yml, or of the named endpoint's file, is for. */
export const usesOf = (
  { settings, endpoints }: UsedBy,
  { reference, endpoint }: { readonly reference: string; readonly endpoint?: string },
): readonly SecretUse[] => {
  if (endpoint !== undefined)
    return endpoints
      .filter(({ name }) => name === endpoint)
      .map((each) => ({ use: "endpoint", endpoint: each }));
  const { trust, pseudonyms } = settings;
  const keys = trust.trust === "signed" ? trust.keys : [];
  return [
    ...keys
      .filter(({ secret }) => secret === reference)
      .map(({ algorithm }): SecretUse => ({ use: "signing", algorithm })),
    ...(pseudonyms.key === reference ? [{ use: "pseudonyms" } as const] : []),
    ...(pseudonyms.former?.key === reference ? [{ use: "former" } as const] : []),
  ];
};

interface UsedBy {
  readonly settings: Pick<Settings, "trust" | "pseudonyms">;
  readonly endpoints: readonly Knowing[];
}

/**
 * Why a secret's value cannot be used for what it is for, as the functions would say when they start; undefined where
 * it can. Nothing is sent anywhere, and what is said never holds the value.
 */
export const whyUnusable = async (wanted: SecretUse, value: string): Promise<string | undefined> => {
  switch (wanted.use) {
    case "signing":
      return complaintOf(() => tokenVerifier({ keys: [{ algorithm: wanted.algorithm, value }] })(ANY, 0));
    case "pseudonyms":
      return complaintOf(async () => pseudonymKeys({ key: "" }, () => value));
    case "former":
      return value.trim() === "" ? "The former key of the pseudonyms is empty." : undefined;
    case "endpoint":
      return refusedFor(wanted.endpoint, value);
  }
};

/** A token that no key has signed: a key is looked at when it is tried. */
const ANY = "eyJhbGciOiJFZERTQSJ9.e30.AA";

const complaintOf = async (use: () => Promise<unknown>): Promise<string | undefined> => {
  try {
    await use();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : "It cannot be used.";
  }
};

/** What cannot be used is refused before anything is sent. */
const refusedFor = async (endpoint: Knowing, value: string): Promise<string | undefined> => {
  let isSent = false;
  const nowhere: Exchange = async () => {
    isSent = true;
    throw new Error("Nothing is sent here.");
  };
  const proof = await credentialsOf(endpoint, value, nowhere).headers();
  return "answer" in proof && !isSent ? proof.answer.excerpt : undefined;
};
