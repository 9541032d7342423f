import { writeFileSync } from "node:fs";

/**
 * Loaded into a process that is measured: when it ends, it says in a file how much memory it had at the most, in
 * megabytes, and how much processor time it took, in seconds of all threads.
 */
const file = process.env.PEAK_FILE;
if (file !== undefined)
  process.on("exit", () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    const told = { rss: (maxRSS * 1024) / 1e6, processor: (userCPUTime + systemCPUTime) / 1e6 };
    writeFileSync(file, JSON.stringify(told));
  });
