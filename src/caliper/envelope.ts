import { dataVersion, type Version } from "./context.ts";

/**
 * A Caliper envelope around events that are JSON text already (Caliper 1.2, Envelope): the sensor's IRI, the time
 * of sending, the data version, and at least one event.
 */
export const writeEnvelope = (
  version: Version,
  sensor: string,
  events: readonly string[],
  sendTime: Date,
): string =>
  `{"sensor":${JSON.stringify(sensor)},"sendTime":"${sendTime.toISOString()}","dataVersion":"${dataVersion(version)}","data":[${events.join(",")}]}`;
