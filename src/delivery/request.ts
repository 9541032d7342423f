/** What a queue takes in one request at the most: so many messages, and so many bytes of them together (SQS). */
export const REQUEST = { messages: 10, bytes: 1024 * 1024 } as const;
