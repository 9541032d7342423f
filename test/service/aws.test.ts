/** What is embedded does what the product needs of AWS, as far as `gaps.ts` does not say otherwise. */
import { bucketTests } from "../support/aws/bucket-tests.ts";
import { embedded } from "../support/aws/player.ts";
import { queueTests } from "../support/aws/queue-tests.ts";
import { readingTests } from "../support/aws/reading-tests.ts";
import { versionTests } from "../support/aws/version-tests.ts";

queueTests(embedded);
readingTests(embedded);
bucketTests(embedded);
versionTests(embedded);
