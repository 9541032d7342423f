/**
 * What stands in a function's bundle in the place of parts of the AWS SDK (build/lean.ts puts it there). A function has its
 * credentials and its region in the environment and no other place to look for them, and it uses none of the rest: who calls
 * for what was left out is told so.
 */

/** Credentials as the SDK takes them. */
interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * In the place of all ways to credentials: those of the environment, as Lambda sets them when it starts a function
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html). Rejects where there are none.
 */
export const defaultProvider = () => async (): Promise<Credentials> => {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId = "",
    AWS_SECRET_ACCESS_KEY: secretAccessKey = "",
    AWS_SESSION_TOKEN: sessionToken = "",
  } = process.env;
  if (accessKeyId === "" || secretAccessKey === "")
    throw new Error(
      "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are missing. A function looks for credentials nowhere else.",
    );
  return { accessKeyId, secretAccessKey, ...(sessionToken !== "" && { sessionToken }) };
};

/** In the place of the files in `~/.aws`: nothing is said there, so the SDK takes what it has next, its own default. */
export const fromSharedConfigFiles = () => async (): Promise<never> => {
  throw NO_FILES;
};

const NO_FILES = Object.assign(new Error("A function reads no configuration files of AWS."), {
  tryNextLink: true,
});

/** In the place of sums that are worked out in JavaScript where Node has none: it has. */
class Sum {
  constructor() {
    throw new Error(
      "Node works out no MD5, SHA or CRC here, and this function's bundle was built without them.",
    );
  }
}

export { Sum as Crc32Js, Sum as Md5Js, Sum as Sha1Js, Sum as Sha256Js };
