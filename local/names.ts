import { join } from "node:path";
import { project } from "../build/bundle.ts";

/** The folder in which the local service keeps what is its own, unless another is named. */
export const LOCAL_STATE = join(project, ".local");

/** What stands for `$stage` in references to secrets. */
export const STAGE = "local";

/** Where the embedded AWS is, and whose. */
export const REGION = "us-east-1";
export const ACCOUNT = "000000000000";

/** What the local service's bucket and queues are called in its embedded AWS. */
export const BUCKET = "jupyter-lms-local-archive";

export const EVENTS = "jupyter-lms-local-events";
/** With an endpoint's name after it, the name of its queue. */
export const DELIVER = "jupyter-lms-local-deliver-";

/** The queue of the messages that no function could take from a queue. */
export const deadLetters = (queue: string): string => `${queue}-dead-letters`;

/** The file in the state's folder that says where a running service can be reached: see `service.ts`. */
export const ADDRESSES = "service.json";
