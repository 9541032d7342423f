import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { BENCHES } from "../../bench/benches.ts";
import { partsOf } from "../../bench/cold-start/bundle-parts.ts";
import { figuresOf } from "../../bench/simulation/figures.ts";
import { simulate } from "../../bench/simulation/simulate.ts";
import { textOf } from "../../bench/simulation/text.ts";
import { scenarioOf } from "./support.ts";

const simulateCommand = (...args: readonly string[]) => {
  const file = fileURLToPath(new URL("../../bench/simulate.ts", import.meta.url));
  return spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", file, ...args], {
    encoding: "utf8",
  });
};

test("npm run simulate gives figures as JSON, and nothing else", () => {
  const { status, stdout, stderr } = simulateCommand("--events-per-hour", "100", "--hours", "2", "--json");
  const { arrived, hours, limits, cost } = JSON.parse(stdout);
  assert.deepEqual([status, stderr, hours.length], [0, "", 2]);
  assert.ok(arrived > 0 && limits.length > 5 && cost.total > 0);
});

test("npm run simulate ends with 2 where an option is wrong, and says which", () => {
  const { status, stdout, stderr } = simulateCommand("--hours", "none");
  assert.deepEqual([status, stdout], [2, ""]);
  assert.match(stderr, /^--hours none: it must be a whole number from 1 to 336\.\n.*--help/);
});

test("npm run simulate -- --help tells its options", () => {
  const { status, stdout } = simulateCommand("--help");
  assert.equal(status, 0);
  assert.match(stdout, /--events-per-hour N/);
});

test("npm run bench -- --help tells each bench in a line, and ends with 2 where there is none of a name", () => {
  const file = fileURLToPath(new URL("../../bench/run.ts", import.meta.url));
  const bench = (...args: readonly string[]) =>
    spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", file, ...args], {
      encoding: "utf8",
    });
  const { status, stdout } = bench("--help");
  assert.equal(status, 0);
  for (const { name, about } of BENCHES) assert.ok(stdout.includes(`  ${name.padEnd(11)} ${about}\n`), name);
  const unknown = bench("nothing");
  assert.deepEqual([unknown.status, unknown.stdout], [2, ""]);
  assert.match(unknown.stderr, /^There is no bench "nothing"\. There are: mapping, .*\.\n$/);
});

test("For people, each hour has a line, and there is no figure that is none", () => {
  for (const line of ["", "--endpoints 0", "--failures 100%", "--outage 1h", "--events-per-hour 1"]) {
    const scenario = scenarioOf(`--events-per-hour 1000 --hours 4 ${line}`);
    const text = textOf(figuresOf(scenario, simulate(scenario)));
    assert.equal([...text.matchAll(/^ {2}1[2-5] /gm)].length, 4, text);
    assert.doesNotMatch(text, /NaN|undefined|Infinity/);
  }
});

test("A bundle's parts are told by its source map: the package that is nearly all of it", async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: 'export { parse } from "yaml";',
      resolveDir: fileURLToPath(new URL("../..", import.meta.url)),
    },
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    write: false,
    outfile: "index.cjs",
    sourcemap: "external",
  });
  const [map, code] = [".map", ".cjs"].map(
    (end) => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? "",
  );
  const parts = partsOf(code ?? "", map ?? "");
  const size = code?.length ?? 0;
  assert.ok((parts.get("yaml") ?? 0) > 0.95 * size);
  assert.ok([...parts.values()].reduce((sum, each) => sum + each, 0) <= size);
});
