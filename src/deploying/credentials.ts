/** Who somebody is to AWS. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary ones. */
  readonly sessionToken?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * An environment with these credentials and none besides. Whoever looks for others – by a profile, a stage's own
 * variables, a role – would act in another account than the one that was looked at.
 */
export const withCredentials = (environment: Environment, credentials: Credentials): Environment => ({
  ...Object.fromEntries(Object.entries(environment).filter(([name]) => !OF_CREDENTIALS.test(name))),
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
});

/** What the SDK and osls find credentials by; the latter also with the stage's name in the middle. */
const OF_CREDENTIALS = new RegExp(
  `^AWS_(.+_)?(${[
    "(DEFAULT_)?PROFILE",
    "ACCESS_KEY(_ID)?",
    "SECRET_(ACCESS_)?KEY",
    "(SESSION|SECURITY)_TOKEN",
    "CREDENTIAL_(EXPIRATION|SCOPE)",
    "ACCOUNT_ID",
    "ROLE_(ARN|SESSION_NAME)",
    "WEB_IDENTITY_TOKEN_FILE",
    "CONTAINER_CREDENTIALS_(RELATIVE|FULL)_URI",
    "CONTAINER_AUTHORIZATION_TOKEN(_FILE)?",
  ].join("|")})$`,
  "i",
);

/** The variables of an environment by which osls alone would find credentials for a stage. */
export const unheeded = (environment: Environment, stage: string): readonly string[] => {
  const own = ["PROFILE", "ACCESS_KEY_ID"].map((what) => `AWS_${stage.toUpperCase()}_${what}`);
  return [...own, "AWS_DEFAULT_PROFILE"].filter((name) => environment[name]);
};
