import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The oldest Java that runs what is pinned. */
const OLDEST = 11;

/** Why this machine cannot fetch and run Java's packages; undefined where it can. */
export const withoutJava = async (): Promise<string | undefined> => {
  const version = await javaVersion();
  if (Number.isNaN(version) || version < OLDEST) return `Java ${OLDEST} or newer`;
  const hasMaven = await run("mvn", ["--version"]).then(
    () => true,
    () => false,
  );
  return hasMaven ? undefined : "Maven, its command mvn";
};

/** Such as 17; not a number where there is no Java. */
const javaVersion = async (): Promise<number> => {
  // It says so where errors are said: `openjdk version "17.0.15" 2025-04-15`, and the eighth `"1.8.0_412"`.
  const { stderr } = await run("java", ["-version"]).catch(() => ({ stderr: "" }));
  return Number(/version "(\d+)/.exec(stderr)?.[1]);
};

/** What Maven is told, to copy what a `pom.xml` names, and nothing else, into `jars/` beside it. */
export const COPY_JARS: readonly string[] = [
  "--batch-mode",
  "--quiet",
  "dependency:copy-dependencies",
  "-DexcludeTransitive=true",
  "-DoutputDirectory=jars",
];
