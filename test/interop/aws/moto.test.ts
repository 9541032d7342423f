/** What moto plays of AWS does what the product needs. */
import { bucketTests } from "../../support/aws/bucket-tests.ts";
import { killedTests } from "../../support/aws/killed-tests.ts";
import { mappingTests } from "../../support/aws/mapping-tests.ts";
import { queueTests } from "../../support/aws/queue-tests.ts";
import { readingTests } from "../../support/aws/reading-tests.ts";
import { serviceTests } from "../../support/aws/service-tests.ts";
import { versionTests } from "../../support/aws/version-tests.ts";
import { moto, motoAws } from "./moto.ts";
import { playing } from "./playing.ts";

playing(await moto(), ({ python }) => {
  const player = motoAws(python);
  queueTests(player);
  readingTests(player);
  mappingTests(player);
  serviceTests(player);
  killedTests(player);
  bucketTests(player);
  versionTests(player);
});
