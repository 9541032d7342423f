/** ElasticMQ's SQS does what the product needs, if Java is there. */
import { killedTests } from "../../support/aws/killed-tests.ts";
import { mappingTests } from "../../support/aws/mapping-tests.ts";
import { queueTests } from "../../support/aws/queue-tests.ts";
import { readingTests } from "../../support/aws/reading-tests.ts";
import { serviceTests } from "../../support/aws/service-tests.ts";
import { installed } from "../support/parts.ts";
import { elasticmqAws } from "./elasticmq.ts";
import { playing } from "./playing.ts";

playing(await installed("elasticmq"), ({ folder }) => {
  const player = elasticmqAws(folder);
  queueTests(player);
  readingTests(player);
  mappingTests(player);
  serviceTests(player);
  killedTests(player);
});
