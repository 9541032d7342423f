import { isObject } from "../event/json.ts";

/** Thrown where an answer came that AWS does not give: mostly the page of a proxy, or of a network's own sign-in. */
export class NotAws extends Error {
  override readonly name = "NotAws";

  constructor(status: number | undefined) {
    super(`What answered is not AWS (status ${status ?? "unknown"}). Is there a proxy?`);
  }
}

/**
 * What an error of the AWS SDK means, and what to do; undefined for any other error. `where` is the region that was
 * asked.
 */
export const troubleWithAws = (error: unknown, where: string): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  const { name, message } = error;
  if (error instanceof NotAws) return message;
  if (isNotAws(error)) return new NotAws(statusOf(error)).message;
  if (UNREADABLE.test(message))
    return `AWS did not answer in a form that can be read (status ${statusOf(error) ?? "unknown"}). Is something else at its address?`;
  if (name === "CredentialsProviderError" || /Could not load credentials|Token is expired/.test(message))
    return withoutCredentials(message);
  if (EXPIRED.includes(name))
    return `AWS does not know these credentials, or they have expired (${name}). Sign in again (aws sso login, or set AWS_PROFILE).`;
  if (/AccessDenied|NotAuthorized|Forbidden/.test(name))
    return `AWS does not allow it: ${message.split("\n")[0]} Ask whoever runs the account for this right.`;
  if (name === "NoSuchBucket")
    return `The archive's bucket is not in ${where}. Was it removed, or is it another region? See AWS_REGION.`;
  if (name === "NoSuchKey")
    return "An object of the archive was removed while it was read. Run the command again.";
  if (isUnreachable(error))
    return `AWS cannot be reached in ${where} (${name}). Look at the network, and at AWS_REGION.`;
  return "$metadata" in error ? `AWS could not do it: ${name}. ${message.split("\n")[0]}` : undefined;
};

/** The SDK's own words name the profile. */
const withoutCredentials = (message: string): string => {
  const [, profile] = /^Profile (\S+) requires multi-factor authentication/.exec(message) ?? [];
  if (profile !== undefined)
    return `The profile ${profile} asks for a code each time (MFA), for which there is no place here. Sign in before: eval "$(aws configure export-credentials --profile ${profile} --format env)", and then without AWS_PROFILE (unset AWS_PROFILE).`;
  // Behind these words it quotes a command of the user's own, which may hold anything.
  const [said = ""] = message.replace(/^(Command failed).*/, "$1.").split("\n");
  return `There are no AWS credentials here. Sign in (aws sso login, or set AWS_PROFILE), and try again. ${whichProfile(said)}The AWS SDK says: ${said}`;
};

/** Of a profile that is not there, the SDK says nothing. */
const whichProfile = (said: string): string => {
  const { AWS_PROFILE: profile } = process.env;
  return profile === undefined || profile === "" || said.includes(profile)
    ? ""
    : `AWS_PROFILE is ${profile}. `;
};

/** What the SDK says of an answer that it cannot read; it quotes the beginning of it. */
const UNREADABLE = /Deserialization error|XML parse error/;

/** A page came; or an answer that named no error, and not even the request, as AWS does. */
const isNotAws = (error: Error): boolean =>
  "$metadata" in error &&
  ((UNREADABLE.test(error.message) && /"\s*<(!|html)/i.test(error.message)) ||
    (/^Unknown(Error)?$/.test(error.message) && metadataOf(error).requestId === undefined));

const statusOf = (error: Error): number | undefined => {
  const { httpStatusCode: status } = metadataOf(error);
  return typeof status === "number" ? status : undefined;
};

const metadataOf = (error: Error): Readonly<Record<string, unknown>> =>
  "$metadata" in error && isObject(error.$metadata) ? error.$metadata : {};

const EXPIRED: readonly string[] = [
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "SignatureDoesNotMatch",
  "UnrecognizedClientException",
];

const isUnreachable = (error: Error): boolean =>
  error.name === "TimeoutError" ||
  ("code" in error && /^(E[A-Z]+|UND_ERR_[A-Z_]+)$/.test(String(error.code)) && "$metadata" in error);
