import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import type { Credentials } from "../deploying/credentials.ts";

/** The credentials that the SDK finds here, by its usual chain, for clients in a region. Throws the SDK's error. */
export const findCredentials = async (region: string): Promise<Credentials> => {
  const client = new CloudFormationClient({ region });
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials();
    return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  } finally {
    client.destroy();
  }
};
