import { readSite, type SiteFiles } from "../build/site.ts";
import type { Bucket } from "../src/archive/layout.ts";
import { CannotRun } from "../src/cannot-run.ts";
import { Misuse } from "../src/misuse.ts";
import { OverBudget } from "../src/report/budget.ts";
import { DamagedReports } from "../src/report/stored.ts";
import { type StageOptions, withStage } from "../stage/stage.ts";
import { ensureAnswer } from "./ask.ts";
import { type Command, parseArguments } from "./command.ts";
import { listReports, showReport } from "./report-earlier.ts";
import { newReport, planReport } from "./report-new.ts";
import { askedFor, reportOptions } from "./report-options.ts";
import { STAGE_HELP } from "./stage-options.ts";

/** `jlt report`: a report of use that can be published, as no learner can be found in it. */
export const report: Command = {
  name: "report",
  usage:
    "report [--since D] [--until D] [--course C]… [--epsilon E] [--dry-run | --yes] [--list | --show ID] [--stage S | --state FOLDER] [--json]",
  summary: "counts events by day, course and kind, with noise, so that it can be published",
  help: `Counts the archived events of some days by day, course and kind, with differential privacy: noise hides whether any
one learner is in it. Each report costs a part of the archive's budget for privacy, for good; it asks before that. What
was published once can be shown again at no cost. docs/report.md explains it. Exit code 0: done; 2: not, also where
the budget has no room.

  jlt report --dry-run
  jlt report --since 2026-10-01 --until 2026-10-31 --course stat101 --course data8
  jlt report --by kind --contribution 1 --epsilon 0.5 --stage prod --yes --json
  jlt report --list

  --since D, --until D  the first and the last day (UTC); without them, the 28 days before today
  --course C      a course with a row of its own; may be repeated. Without any, there is no table by course
  --by TABLES     only these tables, such as day,kind: ε is shared among them
  --epsilon E     what it costs (default: 1): the less, the more noise
  --contribution K  how many events of one learner count at the most (default: 50); the noise grows with it
  --budget E      the budget of the archive for all reports together (default: what it was; 10 at first)
  --learners-only leaves out events that are nobody's
  --dry-run       says what it would cost and how large the noise would be; costs nothing
  --yes           without a question
  --list          what was spent, and what was published; costs nothing
  --show ID       a report that was published; costs nothing
${STAGE_HELP}
  --json          data`,
  run: async (args) => {
    const { values } = parseArguments({ args: [...args], options: reportOptions });
    const { list, show, json } = values;
    if (list && show !== undefined) throw new Misuse("It is either --list or --show ID.");
    const site = await readSite(".");
    if (list) return onArchive(values, site, (bucket) => listReports(bucket, json));
    if (show !== undefined) return onArchive(values, site, (bucket) => showReport(bucket, show, json));
    const asked = askedFor(values, site);
    if (values["dry-run"]) return onArchive(values, site, (bucket) => planReport(bucket, asked, json));
    ensureAnswer(values, "Say --yes to publish, or --dry-run to see what it would cost.");
    return onArchive(values, site, (bucket) => newReport(bucket, asked, values));
  },
};

/** Opens the archive; says in plain words what stands in the way of a report. */
const onArchive = async (
  values: StageOptions,
  site: SiteFiles,
  use: (bucket: Bucket) => Promise<number>,
): Promise<number> => {
  try {
    return await withStage(values, site, ({ bucket }) => use(bucket));
  } catch (error) {
    if (error instanceof OverBudget || error instanceof DamagedReports) throw new CannotRun(error.message);
    throw error;
  }
};
