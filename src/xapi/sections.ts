/** Where each matter is told: in xAPI 1.0.3, and in xAPI 2.0.0 (IEEE 9274.1.1). */
const SECTIONS = {
  format: ["Part Two, 2.2", "4.2.1"],
  voiding: ["Part Two, 2.3.2", "4.2.5"],
  statement: ["Part Two, 2.4", "4.2.2"],
  id: ["Part Two, 2.4.1", "4.2.2"],
  actor: ["Part Two, 2.4.2", "4.2.2.1"],
  agent: ["Part Two, 2.4.2.1", "4.2.2.1"],
  group: ["Part Two, 2.4.2.2", "4.2.2.1"],
  identifier: ["Part Two, 2.4.2.3", "4.2.2.1"],
  account: ["Part Two, 2.4.2.4", "4.2.2.1"],
  verb: ["Part Two, 2.4.3", "4.2.2.2"],
  object: ["Part Two, 2.4.4", "4.2.2.3"],
  activity: ["Part Two, 2.4.4.1", "4.2.2.3"],
  reference: ["Part Two, 2.4.4.3", "4.2.2.3"],
  result: ["Part Two, 2.4.5", "4.2.2.4"],
  score: ["Part Two, 2.4.5.1", "4.2.2.4"],
  context: ["Part Two, 2.4.6", "4.2.2.5"],
  activities: ["Part Two, 2.4.6.2", "4.2.2.5"],
  authority: ["Part Two, 2.4.9", "4.2.4.2"],
  version: ["Part Two, 2.4.10", "4.2.4.2"],
  attachments: ["Part Two, 2.4.11", "4.2.2.6"],
  signature: ["Part Two, 2.6", "4.2.6"],
  extensions: ["Part Two, 4.1", "4.2.7"],
  languages: ["Part Two, 4.2", "4.2.7"],
  iris: ["Part Two, 4.3", "4.2.7"],
  uuids: ["Part Two, 4.4", "4.2.7"],
  timestamps: ["Part Two, 4.5", "4.2.7"],
  durations: ["Part Two, 4.6", "4.2.7"],
  encoding: ["Part Three, 1.4", "4.1"],
  contentTypes: ["Part Three, 1.5", "4.1.3"],
  batch: ["Part Three, 2.1.2", "4.1.6.1"],
  versioning: ["Part Three, 3.3", "4.1"],
} as const satisfies Readonly<Record<string, readonly [string, string]>>;

export type Topic = keyof typeof SECTIONS;

/** A section's name for a reader, such as "xAPI 1.0.3 Part Two, 2.4.2.3". */
export const told = (topic: Topic, version: "1.0.3" | "2.0.0"): string => {
  const [first, second] = SECTIONS[topic];
  return version === "1.0.3" ? `xAPI 1.0.3 ${first}` : `xAPI 2.0.0 (IEEE 9274.1.1), ${second}`;
};
