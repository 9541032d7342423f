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
  },
  {
    what: "cold start of translate ÷ an empty handler's",
    bench: "cold-start",
    figure: "cold_start.translate_vs_empty",
    most: 2.5,
    unit: " ×",
  },
  {
    what: "cold start of deliver ÷ an empty handler's",
    bench: "cold-start",
    figure: "cold_start.deliver_vs_empty",
    most: 2.5,
    unit: " ×",
  },
  {
    what: "memory of translate on 10,000 events, resident, above an empty handler",
    bench: "translate",
    figure: "translate.rss_mb",
    most: 128,
    unit: " MB",
  },
  {
    what: "cost of an event of 100,000 ÷ one of 1,000",
    bench: "translate",
    figure: "translate.growth",
    most: 1.2,
    unit: " ×",
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
  },
];
