/** What a figure is to be: a ratio, or an amount. */
export interface Budget {
  readonly what: string;
  readonly bench: string;
  readonly figure: string;
  readonly least?: number;
  readonly most?: number;
  readonly unit: string;
  /** What limits it where it is missed, and where that can be seen. */
  readonly limit?: string;
}

const GROWTH =
  "Collecting memory, which other threads help with: what was read of a batch lives until all of it is archived and told, and has to be moved meanwhile. By the clock it is flat. Smaller rounds for large batches were tried, and cost as much.";

export const BUDGETS: readonly Budget[] = [
  {
    what: "a compiled mapping → JSON text: how many times as fast as code written by hand and JSON.stringify",
    bench: "mapping",
    figure: "mapping.vs_handwritten",
    least: 3,
    unit: " ×",
  },
  {
    what: "read, identify, validate, id and translate for one endpoint ÷ JSON.parse of the input and JSON.stringify of the output",
    bench: "translate",
    figure: "translate.vs_floor",
    most: 1.25,
    unit: " ×",
    limit:
      "Three things, as the second profile under “Where the time goes” shows. Each event and each statement has an id that is a SHA-1 (UUIDv5, so that a redelivery is recognised): both together take most of the time that the floor takes for everything. What is read of a batch is kept until all of it is archived, so that memory must be collected which the floor, whose objects are thrown away at once, never holds. And envelope, time, schema, learner, pseudonyms and what is booked of each event take the rest. What the mappings themselves take is far below the floor, as the first row says.",
  },
  {
    what: "cold start of translate ÷ an empty handler's",
    bench: "cold-start",
    figure: "cold_start.translate_vs_empty",
    most: 2.5,
    unit: " ×",
    limit:
      "Some 10 ms are Node's own modules for encryption, https and compression, which are needed at once; some 15 ms are reading the bundle, a quarter of which is the site's own mappings and validators; most of the rest are the clients of S3 and SQS.",
  },
  {
    what: "cold start of deliver ÷ an empty handler's",
    bench: "cold-start",
    figure: "cold_start.deliver_vs_empty",
    most: 2.5,
    unit: " ×",
    limit:
      "Some 10 ms are Node's own modules for encryption, https and compression, which are needed at once; most of the rest are the clients of S3 and SQS.",
  },
  {
    what: "memory of translate on 10,000 events, resident, above an empty handler",
    bench: "translate",
    figure: "translate.rss_mb",
    most: 128,
    unit: " MB",
    limit:
      "The engine, which has room and collects late. Statements are sent while others are made, so that few are there at once, and after a batch some 20 MB are alive: with a young generation of little room (the row below) it takes little more than the budget. But then memory is collected so often that an event costs up to a third more; the function has 1,024 MB, as it gets its share of a processor by its memory, and so the engine may have it.",
  },
  {
    what: "cost of an event of 100,000 ÷ one of 1,000, in the processor's time of all threads",
    bench: "translate",
    figure: "translate.growth",
    most: 1.2,
    unit: " ×",
    limit: GROWTH,
  },
  {
    what: "the same for five endpoints",
    bench: "translate",
    figure: "translate.growth_five",
    most: 1.2,
    unit: " ×",
    limit: GROWTH,
  },
  {
    what: "cost of an event among twenty mappings ÷ with one",
    bench: "translate",
    figure: "translate.mappings",
    most: 1.2,
    unit: " ×",
  },
  {
    what: "what another endpoint adds to an event ÷ its own translation, packing and ledger",
    bench: "translate",
    figure: "translate.endpoint",
    most: 1,
    unit: " ×",
    limit:
      "Collecting memory. The steps by themselves, with which it is compared, throw away at once what they make; in the whole function it is kept until a message is full and sent, and has to be moved meanwhile. The measurement has an error besides, which the section gives.",
  },
];
