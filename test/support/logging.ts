/** Runs something with all that is written to the logs, to the end of it. */
export const logging = async <T>(
  run: () => Promise<T>,
): Promise<{ readonly value: T; readonly lines: readonly string[] }> => {
  const lines: string[] = [];
  const methods = ["log", "info", "warn", "error", "debug"] as const;
  const known = methods.map((method) => console[method]);
  const write = process.stdout.write;
  const note = (...said: readonly unknown[]): boolean => {
    lines.push(...said.map((each) => (typeof each === "string" ? each : JSON.stringify(each))));
    return true;
  };
  for (const method of methods) console[method] = note;
  process.stdout.write = note;
  try {
    return { value: await run(), lines };
  } finally {
    for (const [at, method] of methods.entries()) console[method] = known[at] ?? note;
    process.stdout.write = write;
  }
};
