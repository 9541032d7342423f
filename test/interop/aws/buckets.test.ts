/** What the embedded S3 has not, in one process: two at once would install moto twice. */
import "./choices.ts";
import "./versions.ts";
