import type { Document, Path } from "../src/document/document.ts";
import type { Problem } from "../src/document/problem.ts";
import type { ReadSite } from "./site.ts";

/** A secret that a site's file names, and where it does. */
export interface NamedSecret {
  /** As the file has it: `ssm:/path` or `secretsmanager:name`, perhaps with `$stage` in it. */
  readonly reference: string;
  /** The endpoint whose secret it is; undefined for those of translator.yml. */
  readonly endpoint?: string;
  /** A problem at the place where the file names it. */
  problem(message: string): Problem;
}

/** Every secret that the files of a site name, those of translator.yml first; one that is named twice is there twice. */
export const namedSecrets = ({ document, settings, endpoints }: ReadSite): readonly NamedSecret[] => {
  const { trust, pseudonyms } = settings;
  const { learners } = document.value as Written;
  const hasKey = learners.key !== undefined;
  const named = (reference: string, ...path: Path): NamedSecret =>
    namedIn(document, reference, ["learners", ...path]);
  const signing = trust.trust === "signed" ? trust.keys : [];
  return [
    ...signing.map(({ secret }, at) =>
      hasKey && at === 0 ? named(secret, "key") : named(secret, "keys", hasKey ? at - 1 : at, "secret"),
    ),
    ...(pseudonyms.former === undefined
      ? [named(pseudonyms.key, "pseudonyms")]
      : [named(pseudonyms.key, "pseudonyms", "key"), named(pseudonyms.former.key, "pseudonyms", "former")]),
    ...endpoints.flatMap(({ endpoint: { name, auth }, document: file }) =>
      auth.scheme === "none" ? [] : [{ ...namedIn(file, auth.secret, ["auth", "secret"]), endpoint: name }],
    ),
  ];
};

/** The part of translator.yml that says how its keys are written. */
interface Written {
  readonly learners: { readonly key?: string };
}

const namedIn = (document: Document, reference: string, path: Path): NamedSecret => ({
  reference,
  problem: (message) => document.problem(path, message),
});
