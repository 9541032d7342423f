import { API, apiError } from "./api.ts";
import { POLICY } from "./html.ts";
import { dataPage, erasePage, troublePage, wayIn } from "./other-pages.ts";
import { ownPage } from "./own-page.ts";
import { cookieOf, formOf, NotAnswered, type PageRequest, type PageResponse } from "./request.ts";
import { askErasure, choose, learnerOf, type PageService } from "./service.ts";
import { requireOwnForm, type Session } from "./session.ts";
import { unforeseen, unready } from "./trouble.ts";
import { DONE, type Done } from "./words.ts";

type Answer = Pick<PageResponse, "use"> & Partial<PageResponse>;
type Answering = (service: PageService, request: PageRequest) => Promise<Answer>;

/** Answers a request to the learner's page or its API. It never throws: what went wrong is told in plain words. */
export const respond = async (service: PageService, request: PageRequest): Promise<PageResponse> => {
  try {
    return whole(await answeringOf(request)(service, request));
  } catch (error) {
    const refusal = error instanceof NotAnswered ? error : unforeseen(error);
    return whole(refused(request, refusal, service));
  }
};

/** Answers where there is no page to ask, as when its secrets cannot be read. Logs why. */
export const respondUnready = (request: Pick<PageRequest, "path">, error: unknown): PageResponse =>
  whole(refused(request, unready(error)));

const whole = ({ status = 200, headers = {}, cookies = [], body = "", use }: Answer): PageResponse => ({
  status,
  headers: { ...ALWAYS, ...headers },
  cookies,
  body,
  use,
});

const HTML = { "content-type": "text/html; charset=utf-8" };

const ALWAYS: Readonly<Record<string, string>> = {
  ...HTML,
  "content-security-policy": POLICY,
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
  "strict-transport-security": "max-age=31536000",
};

/** What was done just before is told once, by a cookie: an address could be made up by others. */
const SAID = "__Host-said";
const SAID_ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=Lax";

/** Answers one who is signed in; a form must be of one of our own pages. */
const signedIn =
  (answering: (service: PageService, session: Session, request: PageRequest) => Promise<Answer>): Answering =>
  async (service, request) => {
    const session = await service.sessions.read(request, service.now());
    if (session === undefined)
      throw request.method === "POST"
        ? new NotAnswered(401, "session.over", OVER)
        : new NotAnswered(401, "session.none", "You are not signed in, or not any more.");
    if (request.method === "POST") requireOwnForm(request, formOf(request), session);
    return answering(service, session, request);
  };

/** Whoever pressed a button must not believe that it was done. */
const OVER =
  "You are not signed in any more, so nothing was changed. Come in through the hub, and try again.";

const seeOther = (location: string, use: Answer["use"], ...cookies: readonly string[]): Answer => ({
  status: 303,
  headers: { location },
  cookies,
  use,
});

const saying = (done: Done): string => `${SAID}=${done}; ${SAID_ATTRIBUTES}; Max-Age=60`;

const isDone = (text: string | undefined): text is Done => text !== undefined && Object.hasOwn(DONE, text);

const PAGES: Readonly<Record<string, Readonly<Record<string, Answering>>>> = {
  "/": {
    GET: signedIn(async ({ settings, collected, choices }, session, request) => {
      const said = cookieOf(request, SAID);
      const done = isDone(said) ? said : undefined;
      const record = await choices.read(session.username);
      return {
        body: ownPage({ settings, collected, session, record, done }),
        cookies: said === undefined ? [] : [`${SAID}=; ${SAID_ATTRIBUTES}; Max-Age=0`],
        use: { event: "page", outcome: "seen" },
      };
    }),
  },
  "/sign-in": {
    POST: async (service, request) => {
      const username = await learnerOf(service, formOf(request).get("token"));
      const cookie = await service.sessions.begin(username, service.now());
      return seeOther("/", { event: "sign-in", outcome: "signed in" }, cookie);
    },
  },
  "/sign-out": {
    POST: signedIn(async ({ sessions }) =>
      seeOther("/", { event: "sign-out", outcome: "signed out" }, sessions.end()),
    ),
  },
  "/choice": {
    POST: signedIn(async (service, { username }, request) => {
      const form = formOf(request);
      const asked = form.get("endpoint") ?? undefined;
      const { to, endpoint } = await choose(service, username, form.get("to"), asked);
      const done: Done = endpoint === undefined ? to : `endpoint-${to}`;
      return seeOther("/", { event: "choice", outcome: done }, saying(done));
    }),
  },
  "/data": {
    GET: signedIn(async ({ data }, session, { query }) => {
      const after = query.get("after") ?? undefined;
      const part = await data.partOf(session.username, after);
      return { body: dataPage(session, part, after), use: { event: "data", outcome: "seen" } };
    }),
  },
  "/data.ndjson": {
    GET: signedIn(async ({ data }, { username }, { query }) => {
      const [after, until] = ["after", "until"].map((name) => query.get(name) ?? undefined);
      const { text, number, records } = await data.fileOf(username, after, until);
      return {
        body: text,
        headers: {
          "content-type": "application/x-ndjson",
          "content-disposition": `attachment; filename="my-data-${number}.ndjson"`,
        },
        use: { event: "data", outcome: `${records} records` },
      };
    }),
  },
  "/erase": {
    GET: signedIn(async ({ settings }, session) => ({
      body: erasePage(session, settings.consent),
      use: { event: "erase", outcome: "asked whether" },
    })),
    POST: signedIn(async (service, { username }) => {
      await askErasure(service, username);
      return seeOther("/", { event: "erase", outcome: "requested" }, saying("erase"));
    }),
  },
};

const ROUTES = { ...PAGES, ...API };

/** What answers a request. Throws NotAnswered where nothing does. */
const answeringOf = ({ path, method }: PageRequest): Answering => {
  const methods = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined;
  if (methods === undefined) throw new NotAnswered(404, "path.unknown", "There is no such page.");
  const answering = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (answering !== undefined) return answering;
  throw new NotAnswered(405, "method.wrong", "This page does not do that.", {
    allow: Object.keys(methods).join(", "),
  });
};

/** What is answered to what is not answered as it was meant. */
const refused = (
  { path }: Pick<PageRequest, "path">,
  { status, reason, message, headers }: NotAnswered,
  service?: PageService,
): Answer => {
  const isApi = path.startsWith("/api/");
  const use = { event: isApi ? "api" : "page", outcome: reason };
  if (isApi)
    return {
      status,
      headers: { ...headers, "content-type": "application/json" },
      body: apiError(reason, message),
      use,
    };
  const { "www-authenticate": _, ...others } = headers;
  const why = reason === "session.none" ? undefined : message;
  const body =
    status === 401 && service !== undefined
      ? wayIn(service.settings.hub.name, service.hubPage, why)
      : troublePage(message);
  return { status, headers: others, body, use };
};
