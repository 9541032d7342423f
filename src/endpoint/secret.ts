/** Where secrets may be: in Systems Manager's Parameter Store, or in Secrets Manager. */
export type SecretStore = "ssm" | "secretsmanager";

/** Stands in a reference for the name of the stage, so that each has secrets of its own. */
const STAGE = "$stage";

/** A reference to a secret, as the files have it: `ssm:/path` or `secretsmanager:name`. */
export const SECRET = {
  type: "string",
  pattern:
    "^(ssm:/([A-Za-z0-9_./-]|\\$stage(?![A-Za-z0-9]))+|secretsmanager:([A-Za-z0-9/_+=.@-]|\\$stage(?![A-Za-z0-9]))+)$",
  "x-message":
    "must name a secret, not hold it: ssm:/ and the parameter's path, or secretsmanager: and the secret's name",
};

/** The store that a reference leads to, and the secret's name there, of a stage. */
export const readSecretReference = (
  reference: string,
  stage: string,
): { readonly store: SecretStore; readonly name: string } => {
  const at = reference.indexOf(":");
  return {
    store: reference.slice(0, at) === "secretsmanager" ? "secretsmanager" : "ssm",
    name: reference.slice(at + 1).replaceAll(STAGE, stage),
  };
};
