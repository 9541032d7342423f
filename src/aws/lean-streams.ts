/**
 * What stands in a function's bundle in the place of what the AWS SDK has for answers that go on as streams of events, such
 * as those of S3's own queries (build/lean.ts puts it there). Nothing that a function asks for is one.
 */

export const eventStreamSerdeProvider = () => ({ serialize: noStream, deserialize: noStream });

export const resolveEventStreamSerdeConfig = <Config>(config: Config): Config => config;

const noStream = (): never => {
  throw new Error("This function's bundle was built without streams of events: see build/lean.ts.");
};

export class EventStreamSerde {
  constructor() {
    noStream();
  }
}
