import { ARRIVED, type EventAt } from "../steps/batches.ts";
import { EVENTS, LEARNERS } from "./subject.ts";

/** A tracking event of Open edX as its plugins get it, and as a line of its log has it. */
export interface TrackingEvent {
  readonly emitted: object;
  readonly logged: object;
}

/** The texts of all learners' tracking events in one of their forms: written for this, as Open edX's guide says. */
export const trackingTexts = (form: keyof TrackingEvent): readonly string[] =>
  Array.from({ length: LEARNERS }, (_, learner) =>
    Array.from({ length: EVENTS }, (_, at) => JSON.stringify(trackingEvent(learner, at)[form])),
  ).flat();

/** Learners play videos in a browser, and pause some. */
const trackingEvent = (learner: number, at: number): TrackingEvent => {
  const name = at % 4 === 3 ? "pause_video" : "play_video";
  const time = new Date(timeOf(learner, at)).toISOString().replace("Z", "001+00:00");
  const course = "course-v1:Example+STAT101+2026";
  const page = `https://lms.example.edu/courses/${course}/courseware/week-${at % 14}/`;
  const data = { id: hex(at * 7919 + learner + 1), code: "html5", duration: 321.5, currentTime: 12.5 + at };
  const request = {
    username: `learner-${learner}`,
    ip: "192.0.2.17",
    agent: "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    host: "lms.example.edu",
    referer: page,
    accept_language: "en-GB,en;q=0.7",
  };
  const browser = { event_source: "browser", page, session: hex(learner + 1) };
  const about = {
    course_id: course,
    course_user_tags: {},
    org_id: "Example",
    path: "/event",
    user_id: learner + 1,
  };
  return {
    emitted: { name, timestamp: time, data, context: { ...request, ...browser, ...about } },
    logged: { ...request, ...browser, name, event_type: name, time, event: data, context: about },
  };
};

/**
 * Learners run cells of notebooks in a browser, and save some, as jupyterlab-pioneer tells it: about as long. With another
 * `names`, each file has a name that none had before.
 */
export const notebookEvents =
  (names: string): EventAt =>
  (learner, at) => {
    const saved = at % 4 === 3;
    const eventDetail = {
      eventName: saved ? "NotebookSaveEvent" : "CellExecuteEvent",
      eventTime: timeOf(learner, at),
      eventInfo: saved ? null : { cells: [cell(learner, at)], success: true, kernelError: null },
    };
    const notebookState = {
      sessionID: uuid(learner + 1),
      notebookPath: `stat101/exercises/week-${at % 14}/${names}-learner-${learner}-${at}.ipynb`,
      notebookContent: saved
        ? { cells: [cell(learner, at)], metadata: {}, nbformat: 4, nbformat_minor: 5 }
        : null,
    };
    const env = [{ WORKSPACE_ID: "workspace-7" }, { JUPYTERHUB_USER: `learner-${learner}` }];
    return { data: { eventDetail, notebookState }, params: { study: "notebooks in stat101" }, env };
  };

const cell = (learner: number, at: number) => ({
  id: uuid(at * 7919 + learner + 1),
  index: at,
  type: "code",
  source: "heights = Table.read_table('heights.csv')\nnp.median(heights.column('height'))",
  outputs: [{ output_type: "execute_result", data: { "text/plain": "170.5" }, metadata: {} }],
});

const timeOf = (learner: number, at: number): number => ARRIVED - 60_000 + ((at * 577 + learner) % 60_000);

const hex = (number: number): string => number.toString(16).padStart(32, "0");

const uuid = (number: number): string => hex(number).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
