import { writeFileSync } from "node:fs";

/** Loaded into a process that is measured: when it ends, it says how much memory it had at the most, in kilobytes. */
const file = process.env.PEAK_FILE;
if (file !== undefined) process.on("exit", () => writeFileSync(file, String(process.resourceUsage().maxRSS)));
