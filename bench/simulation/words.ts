/** A number as a page has it: 2,400,000. */
export const count = (value: number): string => Math.round(value).toLocaleString("en-GB");

/** Seconds as people say them: 8.6 s, 64 min, 5.2 h. */
export const time = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return "–";
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${seconds.toFixed(0)} s`;
  if (seconds < 7200) return `${(seconds / 60).toFixed(0)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
};

/** A share: 0.4 %, 36 %, 140 %; and, where it is far beyond the whole, 59 times. */
export const share = (value: number): string => {
  if (value >= 10) return `${count(value)} times`;
  return `${value > 0 && value < 0.0095 ? (value * 100).toFixed(1) : (value * 100).toFixed(0)} %`;
};

/** Dollars, with cents where these matter. */
export const dollars = (value: number): string =>
  value >= 100 ? `$${count(value)}` : `$${value.toFixed(value >= 10 ? 1 : 2)}`;
