/**
 * Why an event or a statement did not go the usual way: a closed list. Each reason has a sentence for the
 * administrator that says what it means and what to do. None of them ever holds an event's own values.
 */
export const reasons = {
  "body.empty": "The message holds no event. Look at the sender: it should send nothing when it has nothing.",
  "encoding.invalid":
    "The message says that it is gzip in base64, but it does not unpack. Look at the sender's content-encoding attribute.",
  "json.malformed": "The text is not JSON. Look at the sender: it may cut off or concatenate its messages.",
  "size.exceeded":
    "The event or its statement is larger than a queue can carry. Look at what the sender puts into it.",
  "schema.unknown":
    "No folder under mappings/ knows this event. Add one with its schema and a mapping, deploy, and recover it.",
  "schema.invalid":
    "The event does not fit its own schema. The producer may be newer than the schema under mappings/.",
  "time.invalid":
    "The event has no time that can be understood, or one in the future. Look at the producer's clock.",
  "identity.missing":
    "Nothing proves whose event this is. The sender must attach the learner context that the hub minted.",
  "identity.forged": "The learner context was not signed with the key that translator.yml names.",
  "identity.expired":
    "The learner context had expired when the event was sent. The server must be given a new one.",
  "identity.mismatch":
    "The event names another user than its learner context. Somebody may be forging events.",
  "mapping.failed":
    "The mapping could not make a statement of this event. The detail names its file and line.",
  "endpoint.refused":
    "The endpoint refused the statement. Its answer says why; mend the mapping and send it again.",
  "endpoint.conflict":
    "The endpoint has another statement under this id. Sent again, it is revised: the old one is voided.",
  "endpoint.unlisted":
    "It was for an address of a host that hosts in the endpoint's file does not list. If it is the LMS's, list it, deploy, and send it again.",
  "endpoint.unavailable":
    "The endpoint did not take the statement for thirteen days. Mend what keeps it from doing so and send it again.",
} as const;

export type Reason = keyof typeof reasons;

/** Something that cannot go on, and why. The detail may name fields and positions, never values. */
export interface Refusal {
  readonly reason: Reason;
  readonly detail: string;
}

export const refuse = (reason: Reason, detail: string): Refusal => ({ reason, detail });
