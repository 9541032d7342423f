import { described } from "./check-described.ts";
import { checkPlain, checkRequired } from "./check-values.ts";
import { at, complain, hint, inside, isObject, type Place } from "./problems.ts";
import { CONTEXT_V1P1 } from "./v1p1.ts";
import { CONTEXT } from "./vocabulary.ts";

const PROPERTIES = ["sensor", "sendTime", "dataVersion", "data"] as const;

/** Complains of what Caliper does not allow in an envelope (Caliper 1.2, Envelope). */
export const envelope = (value: unknown, outside: Place): void => {
  if (!isObject(value)) {
    complain(outside, "not-an-object", "An envelope is an object.");
    return;
  }
  const place = inside({ ...outside, section: "Envelope" }, value);
  if (place === undefined) return;
  checkRequired(value, PROPERTIES, "envelope", place);
  for (const key of Object.keys(value)) {
    if (PROPERTIES.some((each) => each === key)) continue;
    complain(
      at(place, key),
      "unknown-property",
      `An envelope has no such property${hint(place, key, PROPERTIES)}`,
    );
  }
  const { sensor, sendTime, dataVersion, data } = value;
  if (sensor !== undefined) checkPlain(sensor, "iri", "sensor", at(place, "sensor"));
  if (sendTime !== undefined) checkPlain(sendTime, "time", "sendTime", at(place, "sendTime"));
  const version = place.version === "1.2" ? CONTEXT : CONTEXT_V1P1;
  if (dataVersion !== undefined && dataVersion !== version)
    complain(at(place, "dataVersion"), "wrong-data-version", `"dataVersion" must be "${version}".`);
  if (data !== undefined) checkData(data, at(place, "data"));
};

const checkData = (data: unknown, outside: Place): void => {
  if (!Array.isArray(data)) {
    complain(outside, "not-a-list", '"data" is a list of events and entities.');
    return;
  }
  if (data.length === 0) complain(outside, "empty-list", '"data" holds at least one event or entity.');
  const place = inside(outside, data);
  if (place === undefined) return;
  for (const [index, item] of data.entries()) described(item, at(place, index));
};
