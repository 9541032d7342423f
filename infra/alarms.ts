import type { Site } from "../src/site.ts";
import { type Alarm, alarmId, alarmResource } from "./alarm.ts";
import { endpointAlarms } from "./alarm-endpoints.ts";
import { eventAlarms } from "./alarm-events.ts";
import { functionAlarms } from "./alarm-functions.ts";
import type { Resources } from "./template.ts";
import { topic } from "./topic.ts";

type Watched = Pick<Site, "settings" | "endpoints">;

/** Every alarm of a site: those of the service itself, then those of its endpoints (docs/alarms.md). */
export const alarmsOf = ({ settings, endpoints }: Watched): readonly Alarm[] => [
  ...eventAlarms(settings.alarms),
  ...functionAlarms(settings, endpoints),
  ...endpointAlarms(settings.alarms, endpoints),
];

/** The alarms, and the topic that they are sent to. */
export const alarms = (site: Watched): Resources => ({
  ...topic(site.settings.alarms),
  ...Object.fromEntries(alarmsOf(site).map((alarm) => [alarmId(alarm), alarmResource(alarm)])),
});
