/**
 * Jupyter's timestamps, repaired: `…+00:00Z` (jupyter_events 0.7 to 0.12), `…Z` (older ones) and `…+02:00`
 * become `YYYY-MM-DDTHH:mm:ss.SSSZ`, the form that Caliper requires (1.2, section on DateTime) and xAPI accepts.
 * A `Z` that follows an offset is dropped. Gives undefined where there is no such time: no zone, no such day.
 */
export const repairTime = (text: string): string | undefined => {
  const parts = FORM.exec(text);
  if (parts === null) return undefined;
  const [, day = "", clock = "", fraction = "", z = "", zone = z] = parts;
  const utc = zone === "Z" || zone === "+00:00" || zone === "+0000";
  const instant = Date.parse(`${day}T${clock}${fraction.slice(0, 4)}${utc ? "Z" : zone}`);
  if (Number.isNaN(instant) || !dayExists(day)) return undefined;
  const repaired = new Date(instant).toISOString();
  // An offset can lead out of the years 0000 to 9999, which are written with a sign and six digits.
  return repaired.length === 24 ? repaired : undefined;
};

const FORM = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(?:(Z)|([+-]\d\d:?\d\d)Z?)$/;

/** Date.parse takes 30 February for 2 March. */
const dayExists = (day: string): boolean =>
  Number(day.slice(8)) <= 28 || new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
