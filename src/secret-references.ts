import type { Settings } from "./settings.ts";

/** The secrets that `translator.yml` names, each once: `ssm:/path` or `secretsmanager:name`. */
export const secretReferences = ({ trust, pseudonyms }: Settings): readonly string[] => {
  const { key, former } = pseudonyms;
  const signing = trust.trust === "signed" ? trust.keys.map(({ secret }) => secret) : [];
  return [...new Set([key, ...(former === undefined ? [] : [former.key]), ...signing])];
};
