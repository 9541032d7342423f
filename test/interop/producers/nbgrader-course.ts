import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { isObject, type JsonObject } from "../../../src/event/json.ts";
import { type JupyterServer, shipped, startServer } from "../jupyter/server.ts";
import { start } from "../support/running.ts";

/** What nbgrader calls the course, the assignment and its notebook. */
export const [COURSE, ASSIGNMENT, NOTEBOOK] = ["stat", "hw1", "doubling.ipynb"];

/** Until when it may be submitted, as the page for teachers says it, and as learning systems are told. */
export const DUE = { duedate_notimezone: "2035-01-31 18:00:00", duedate_timezone: "UTC" };
export const DUE_TOLD = "2035-01-31T18:00:00.000Z";

/** The service in which the course is graded, by its name in the hub. */
export const SERVICE = "grading-stat";

/** What nbgrader calls a learner: the name of this account, as it is nobody's that images of Jupyter have. */
export const LEARNER = userInfo().username;

/** Somebody who works with nbgrader: with its commands, and in a server of their own. */
export interface Person {
  readonly server: JupyterServer;
  readonly folder: string;
  /** Runs a command in their folder, with these variables besides; gives what it said. Fails where it does. */
  readonly nbgrader: (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<string>;
  /** Asks a page of nbgrader's in their server; fails where it says that it has not done it. */
  readonly page: (method: string, path: string, body?: unknown) => Promise<void>;
}

/** A course whose exchange is a folder, with somebody who teaches it and a learner. */
export interface Course {
  readonly teacher: Person;
  readonly learner: Person;
  /** The submissions that are in the exchange. */
  readonly submissions: () => Promise<readonly string[]>;
}

/** Opens a course for these two, who have these variables; their servers end with the stack. */
export const openCourse = async (
  python: string,
  folder: string,
  servers: AsyncDisposableStack,
  env: Readonly<Record<"teacher" | "learner", Readonly<Record<string, string>>>>,
): Promise<Course> => {
  const exchange = join(folder, "exchange");
  const settings = `c = get_config()
c.CourseDirectory.course_id = "${COURSE}"
c.Exchange.root = "${exchange}"
`;
  // The one has the shipped file in Jupyter's path, beside the site's own; the other takes it into the site's own.
  const [site, course] = [join(folder, "site"), join(folder, "course")];
  await written(join(site, "nbgrader_config.py"), settings);
  const taken = `load_subconfig("${join(shipped, "nbgrader_config.py")}")\n`;
  await written(join(course, "nbgrader_config.py"), `${settings}${taken}`);
  const person = async (paths: readonly string[], own: Readonly<Record<string, string>>): Promise<Person> => {
    const home = await mkdtemp(join(folder, "person-"));
    // nbgrader runs a command of another package by its name.
    const PATH = `${dirname(python)}:${process.env.PATH}`;
    const all = { PATH, HOME: home, JUPYTER_CONFIG_PATH: paths.join(":"), ...own };
    const server = servers.use(await startServer(python, home, all));
    // The only folder there as yet is the one in which the server runs.
    const names = (await readdir(home)).filter((name) => name.startsWith("server-"));
    const work = join(home, names[0] ?? assert.fail("The server has no folder."));
    return {
      server,
      folder: work,
      page: async (method, path, body = {}) => {
        const { success } = Object(await server.ask(method, path, body));
        assert.notEqual(success, false, `${path}: ${server.said()}`);
      },
      nbgrader: (args, more = {}) => run(join(dirname(python), "nbgrader"), args, work, { ...all, ...more }),
    };
  };
  const [teacher, learner] = [
    await person([course], env.teacher),
    await person([shipped, site], env.learner),
  ];
  await written(join(teacher.folder, "source", ASSIGNMENT, NOTEBOOK), JSON.stringify(source));
  return { teacher, learner, submissions: () => readdir(join(exchange, COURSE, "inbound")) };
};

const written = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
};

const run = async (
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<string> => {
  await using running = start(command, args, { cwd, env });
  const [code] = await once(running.child, "close");
  assert.equal(code, 0, `nbgrader ${args.join(" ")}: ${running.said()}`);
  return running.said();
};

/** A cell of code, as nbgrader's page for teachers marks it. */
const cell = (id: string, text: string, points?: number): JsonObject => ({
  cell_type: "code",
  execution_count: null,
  outputs: [],
  source: text,
  metadata: {
    nbgrader: {
      grade_id: id,
      grade: points !== undefined,
      locked: points !== undefined,
      solution: points === undefined,
      task: false,
      schema_version: 3,
      ...(points !== undefined && { points }),
    },
  },
});

const SOLUTION = "double";

/** The teacher's notebook: three points, two of them for a number that is not zero. */
const source = {
  nbformat: 4,
  nbformat_minor: 4,
  metadata: { kernelspec: { name: "python3", display_name: "Python 3", language: "python" } },
  cells: [
    cell(SOLUTION, "def double(n):\n    ### BEGIN SOLUTION\n    return 2 * n\n    ### END SOLUTION"),
    cell("of-two", "assert double(2) == 4", 2),
    cell("of-none", "assert double(0) == 0", 1),
  ],
};

/** Writes a solution into the learner's notebook, as its page in the browser would. */
export const solve = async ({ server }: Person, text: string): Promise<void> => {
  const at = `/api/contents/${ASSIGNMENT}/${NOTEBOOK}`;
  const { content } = Object(await server.ask("GET", at));
  assert.ok(isObject(content) && Array.isArray(content.cells));
  const own = content.cells.find(({ metadata }) => metadata.nbgrader.grade_id === SOLUTION);
  assert.ok(isObject(own), "The learner's notebook has no cell for the solution.");
  const cells = content.cells.map((each) => (each === own ? { ...own, source: text } : each));
  await server.ask("PUT", at, { type: "notebook", format: "json", content: { ...content, cells } });
};
