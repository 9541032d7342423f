import { startAws } from "../../local/aws.ts";
import { sendMessages } from "../../src/aws/queue.ts";

/** A process of its own that takes messages, ten at once, says each time that it has them, and goes on until it is ended. */
const aws = await startAws(process.argv[2] ?? "");
aws.makeQueue("events", { visibility: 600, tries: 5 });
for (;;) {
  const bodies = Array.from({ length: 10 }, (_, at) => `${at}`);
  if ((await sendMessages(aws.sqs, aws.queueUrl("events"), bodies)).every((each) => each))
    console.log("taken");
}
