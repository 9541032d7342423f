import { project } from "../../build/bundle.ts";
import { readSite } from "../../build/site.ts";
import { tellAddresses } from "../../local/addresses.ts";
import { startAws } from "../../local/aws.ts";
import { siteSecrets } from "../../local/keys.ts";
import { BUCKET, DELIVER, STAGE } from "../../local/names.ts";
import { startParameters } from "../../local/parameters.ts";
import { openState } from "../../local/state.ts";
import { readSecretReference } from "../../src/endpoint/secret.ts";

/** S3, SQS and the secrets, where the command looks for a local service. */
export const startArchive = async (folder: string) => {
  const [site, state] = [await readSite(project), await openState(folder, true)];
  const secrets = new Map(
    [...siteSecrets(site.settings, state)].map(([reference, value]) => [
      readSecretReference(reference, STAGE).name,
      value,
    ]),
  );
  const [aws, parameters] = await Promise.all([startAws(folder), startParameters(secrets)]);
  aws.makeBucket(BUCKET);
  for (const { endpoint } of site.endpoints)
    aws.makeQueue(DELIVER + endpoint.name, { visibility: 30, tries: 3 });
  await tellAddresses(folder, { aws: aws.address, parameters: parameters.address, sandbox: "" });
  return {
    aws: { ...aws, key: state.secret("pseudonyms") },
    stop: async () => {
      await Promise.all([aws.stop(), parameters.stop()]);
      await state.close();
    },
  };
};
