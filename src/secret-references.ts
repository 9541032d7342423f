import type { Settings } from "./settings.ts";

/** The secrets that `translator.yml` names, each once: `ssm:/path` or `secretsmanager:name`. */
export const secretReferences = ({ trust, pseudonyms }: Settings): readonly string[] => {
  const { key, former } = pseudonyms;
  const others = former === undefined ? [] : [former.key];
  return [...new Set([key, ...others, ...signingReferences({ trust })])];
};

/** Those of them that learner contexts are verified with. */
export const signingReferences = ({ trust }: Pick<Settings, "trust">): readonly string[] =>
  trust.trust === "signed" ? [...new Set(trust.keys.map(({ secret }) => secret))] : [];
