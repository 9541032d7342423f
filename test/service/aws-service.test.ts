/** The whole service over what is embedded. */
import { killedTests } from "../support/aws/killed-tests.ts";
import { embedded } from "../support/aws/player.ts";
import { serviceTests } from "../support/aws/service-tests.ts";

serviceTests(embedded);
killedTests(embedded);
