import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { EventDetail, ToldStatement } from "../../workbench/api/event.ts";
import type { Timeline } from "../../workbench/api/flow.ts";
import type { MappingRow, Mappings } from "../../workbench/api/mappings.ts";
import type { QuarantinedDetail } from "../../workbench/api/set-aside.ts";
import { type App, type MakeView, ServerTrouble } from "../../workbench/page/app.ts";

/** Files of the page, which are checked with the types of a browser: here nobody knows these. */
const ofPage = async (file: string): Promise<unknown> =>
  import(new URL(`../../workbench/page/${file}.ts`, import.meta.url).href);
const { eventView } = (await ofPage("event")) as { readonly eventView: MakeView };
const { quarantinedView } = (await ofPage("quarantined")) as { readonly quarantinedView: MakeView };
const { mappingsView } = (await ofPage("mappings")) as { readonly mappingsView: MakeView };
const { timelineView } = (await ofPage("timeline")) as {
  readonly timelineView: (app: App) => (timeline: Timeline) => unknown;
};

/** All texts and values of a template, as far as they can be told without a document. */
const shownIn = (value: unknown): string => {
  if (typeof value === "string" || typeof value === "number") return String(value);
  if (typeof value !== "object" || value === null) return "";
  if (Array.isArray(value)) return value.map(shownIn).join("");
  const { strings, values } = value as { readonly strings?: unknown; readonly values?: readonly unknown[] };
  if (values === undefined) return "";
  // A list of items, each with its key and its template.
  const [items, , template] = values;
  if (strings === undefined && Array.isArray(items) && typeof template === "function")
    return items.map((each, at) => shownIn(template(each, at))).join("");
  if (!Array.isArray(strings)) return values.map(shownIn).join("");
  return strings.map((text, at) => `${text}${shownIn(values[at])}`).join("");
};

/** A view's surroundings, with a server that answers as told; `asked` gets what is asked for again and again. */
const appOver = (answer: () => unknown, asked: (() => Promise<void>)[] = []): App => ({
  about: {
    stage: "local",
    kind: "running",
    mayWrite: true,
    maySave: true,
    endpoints: [],
    problems: [],
    files: "same",
  },
  get: async <T>() => answer() as T,
  put: () => Promise.reject(new Error("Nothing is put here.")),
  post: () => {
    throw new Error("Nothing is done here.");
  },
  draw: () => undefined,
  say: () => undefined,
  go: () => undefined,
  every: (_, run) => asked.push(run),
  once: () => assert.fail("What is shown may change."),
  leaving: new AbortController().signal,
});

/** A view over such a server: `look` has it ask once more. */
const viewOver = (make: MakeView, answer: () => unknown) => {
  const asked: (() => Promise<void>)[] = [];
  const view = make(appOver(answer, asked), "an-id", new URLSearchParams());
  return {
    look: async (): Promise<string> => {
      for (const run of asked)
        await run().catch((error: unknown) => assert.ok(error instanceof ServerTrouble));
      return shownIn(view.draw());
    },
  };
};

const gone = (): never => {
  throw new ServerTrouble(404, "There is no such event.");
};

const told: ToldStatement = {
  id: "a-statement",
  translation: "jupyter-server/contents:saved",
  state: "delivered",
  as: "now",
  fields: [],
  receipt: { at: "2026-11-22T10:00:00.000Z", status: 200 },
};
const detail: EventDetail = {
  id: "an-id",
  arrived: "2026-11-22T10:00:00.000Z",
  source: "jupyter-server/contents",
  title: "A learner saves a file",
  raw: { learner: { username: "ada-lovelace" }, event: {} },
  learner: { username: "ada-lovelace", roles: [], proven: true },
  batch: 1,
  endpoints: [
    {
      name: "lrs",
      title: "The store",
      protocol: "xapi",
      version: "1.0.3",
      state: "delivered",
      statements: [told],
    },
  ],
};

describe("the page of an event", () => {
  it("shows nothing of it any more once it is erased", async () => {
    let answer = (): unknown => detail;
    const { look } = viewOver(eventView, () => answer());
    assert.match(await look(), /ada-lovelace/);
    answer = gone;
    assert.doesNotMatch(await look(), /ada-lovelace|A learner saves/);
    answer = () => detail;
    assert.match(await look(), /ada-lovelace/);
  });

  it("keeps what it shows while the server is in trouble", async () => {
    let answer = (): unknown => detail;
    const { look } = viewOver(eventView, () => answer());
    await look();
    answer = () => {
      throw new ServerTrouble(500, "The archive does not answer.");
    };
    assert.match(await look(), /ada-lovelace/);
  });

  const shownOf = (changes: Partial<ToldStatement>): Promise<string> => {
    const endpoints = detail.endpoints.map((each) => ({ ...each, statements: [{ ...told, ...changes }] }));
    return viewOver(eventView, () => ({ ...detail, endpoints })).look();
  };
  const { receipt: _, ...unanswered } = told;

  it("does not say of what was never sent that it was", async () => {
    assert.match(await shownOf({ as: "sent", statement: {} }), /As sent:/);
    const unsent = await shownOf({ ...unanswered, state: "setAside", as: "unsent", statement: {} });
    assert.match(unsent, /As it was to be sent:<\/strong> the endpoint has not received it, or nobody knows/);
    assert.doesNotMatch(unsent, /As sent:/);
    assert.match(
      await shownOf({ ...unanswered, state: "waiting" }),
      /It waits to be sent\. What it says is not kept/,
    );
  });

  it("tells both that a statement was delivered, and that it was refused since", async () => {
    const failure = {
      at: "2026-11-22T11:00:00.000Z",
      reason: "endpoint.conflict",
      detail: "The endpoint answered 409.",
      status: 409,
      advice: "Leave it.",
    } as const;
    const both = await shownOf({ failure });
    assert.match(both, /answered with 200/);
    assert.match(both, /answered with 409/);
  });

  it("says where a number of it is rounded", async () => {
    const raw = (n: number) => viewOver(eventView, () => ({ ...detail, raw: { event: [{ n }] } })).look();
    assert.match(await raw(JSON.parse("12345678901234567890")), /is rounded here/);
    assert.doesNotMatch(await raw(9007199254740991), /is rounded here/);
    assert.doesNotMatch(await raw(0.1), /is rounded here/);
  });
});

describe("the page of an event in quarantine", () => {
  it("shows nothing of it any more once it is erased", async () => {
    const quarantined = {
      id: "an-id",
      arrived: "2026-11-22T10:00:00.000Z",
      reason: "schema.invalid",
      detail: "It does not fit.",
      advice: "Mend it.",
      now: "It does not fit.",
      text: "the text of ada-lovelace",
    } as unknown as QuarantinedDetail;
    let answer = (): unknown => quarantined;
    const { look } = viewOver(quarantinedView, () => answer());
    assert.match(await look(), /ada-lovelace/);
    answer = gone;
    assert.doesNotMatch(await look(), /ada-lovelace|Asking/);
  });
});

describe("the page of the mappings", () => {
  const row: MappingRow = {
    name: "jupyter-server/contents",
    title: "Files",
    ids: ["https://example.edu/files"],
    events: 2,
    told: 2,
    invalid: 0,
    translations: [
      { name: "jupyter-server/contents:saved", optional: false, delivered: 161, takenBy: ["lrs"] },
    ],
  };
  const mappings: Mappings = {
    reading: { from: "2026-11-16", to: "2026-11-22", read: 1, objects: 1, isCut: false, troubles: [] },
    events: 5,
    rows: [row],
    unknown: [],
    gone: [],
  };

  it("says that nothing is left over only where nothing is", async () => {
    assert.match(await viewOver(mappingsView, () => mappings).look(), /Nothing: every event names a schema/);
    const left = await viewOver(mappingsView, () => ({
      ...mappings,
      gone: [{ name: "old/files", events: 3 }],
    })).look();
    assert.doesNotMatch(left, /Nothing: every event/);
    assert.match(
      left,
      /old\/files<\/code>, no longer among the files: <a href=\/events\?source=old%2Ffiles>3 events/,
    );
  });

  it("calls statements statements", async () => {
    assert.match(await viewOver(mappingsView, () => mappings).look(), />161 statements delivered<\/a>/);
  });
});

describe("the time line", () => {
  it("links to events only where some came in, as what endpoints answered may be about others", () => {
    const none = { accepted: 0, quarantined: 0, delivered: 0, setAside: 0 };
    const timeline: Timeline = {
      from: "2026-11-22T10:00:00.000Z",
      step: 60_000,
      bars: [{ ...none, accepted: 3 }, { ...none, delivered: 3 }, none],
    };
    const shown = shownIn(timelineView(appOver(() => undefined))(timeline));
    const links = [...shown.matchAll(/href=([^\s>]+)/g)].map(([, href]) => decodeURIComponent(href ?? ""));
    // In the picture, and in the table.
    const came = "/events?from=2026-11-22T10:00:00.000Z&to=2026-11-22T10:01:00.000Z";
    assert.deepEqual(links, [came, came]);
    assert.equal([...shown.matchAll(/data-from=/g)].length, 2, "each bar can be read");
  });
});
