import { bytes } from "../document/quantity.ts";

/** What queries of a deployed archive may cost. */
export interface QueryPolicy {
  /** Bytes that a single query may read before it is ended. */
  readonly scanLimit: number;
}

const SCAN_LIMIT = "10GB";

/** Athena takes no limit below 10 MB: https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html */
export const QUERIES_SHAPE = {
  type: "object",
  description: "Queries of the archive, with Athena.",
  additionalProperties: false,
  properties: {
    scanLimit: {
      type: "string",
      pattern: "^([1-9][0-9]{1,5}MB|[1-9][0-9]{0,5}(GB|TB))$",
      "x-message": "must be a size of at least 10MB, such as 10GB",
      default: SCAN_LIMIT,
      description:
        "What a single query may read before it is ended, as Athena counts it: what it reads is what it costs.",
      examples: ["10GB"],
    },
  },
};

export const readQueryPolicy = ({
  scanLimit = SCAN_LIMIT,
}: {
  readonly scanLimit?: string;
} = {}): QueryPolicy => ({
  scanLimit: bytes(scanLimit),
});
