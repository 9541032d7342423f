/**
 * What an error of the AWS SDK means, and what to do; undefined for any other error. `where` is the region that was
 * asked.
 */
export const troubleWithAws = (error: unknown, where: string): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  const { name, message } = error;
  if (name === "CredentialsProviderError" || /Could not load credentials|Token is expired/.test(message))
    return "There are no AWS credentials here. Sign in (aws sso login, or set AWS_PROFILE), and try again.";
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
