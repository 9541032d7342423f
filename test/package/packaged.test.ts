// One test file for all that is told of a package: packaging takes seconds, and each test file is a process.
import "./compact.ts";
import "./contents.ts";
import "./functions.ts";
import "./roles.ts";
import "./page.ts";
import "./page-unready.ts";
import "./ingest.ts";
import "./queues.ts";
import "./archive.ts";
import "./described.ts";
