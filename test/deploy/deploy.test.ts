/** The whole service in a stack that `osls` has made, its packages run by AWS's own runtime client; deployed once for all. */
import "./stack-tests.ts";
import "./way-tests.ts";
import "./others-tests.ts";
import "./paths-tests.ts";
import "./roles-tests.ts";
import "./iam-tests.ts";
import "./removed-tests.ts";
