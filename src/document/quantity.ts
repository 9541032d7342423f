/** Sizes and times as people write them, and the patterns by which a file's shape is checked. */

export const SIZE = {
  type: "string",
  pattern: "^[1-9][0-9]*(B|KB|MB)$",
  "x-message": "must be a size such as 512KB",
};

export const DURATION = {
  type: "string",
  pattern: "^[1-9][0-9]*(ms|s|m|h|d)$",
  "x-message": "must be a time such as 20s, 5m or 30d",
};

const BYTES: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1024,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  TB: 1024 ** 4,
};

const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `512KB` in bytes. */
export const bytes = (size: string): number => measure(size, BYTES);

/** `20s` in milliseconds. */
export const milliseconds = (duration: string): number => measure(duration, MILLISECONDS);

const measure = (quantity: string, units: Readonly<Record<string, number>>): number => {
  const [, number, unit = ""] = /^(\d+)([A-Za-z]+)$/.exec(quantity) ?? [];
  return Number(number) * (units[unit] ?? Number.NaN);
};
