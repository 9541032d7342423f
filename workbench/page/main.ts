import { html, nothing, render, type TemplateResult } from "lit-html";
import type { About } from "../api/about.ts";
import type { App, MakeView, View } from "./app.ts";
import { get, post, put } from "./ask.ts";
import { endpointsView } from "./endpoints.ts";
import { eventView } from "./event.ts";
import { eventsView } from "./events.ts";
import { flowView } from "./flow.ts";
import { mappingView } from "./mapping.ts";
import { mappingsView } from "./mappings.ts";
import { privacyView } from "./privacy.ts";
import { quarantinedView } from "./quarantined.ts";
import { routerFor } from "./router.ts";
import { setAsideView } from "./set-aside.ts";
import { tasksOf } from "./tasks.ts";
import { takeToken } from "./token.ts";
import { troublesFor } from "./troubles.ts";

/** The page: its frame, and the view of the path that is open. */

const PLACES: readonly { readonly path: string; readonly name: string; readonly of: RegExp }[] = [
  { path: "/", name: "Flow", of: /^\/$/ },
  { path: "/events", name: "Events", of: /^\/events/ },
  { path: "/mappings", name: "Mappings", of: /^\/mappings/ },
  { path: "/endpoints", name: "Endpoints", of: /^\/endpoints/ },
  { path: "/set-aside", name: "Quarantine and failures", of: /^\/(set-aside|quarantine)/ },
  { path: "/privacy", name: "Privacy", of: /^\/privacy/ },
];

const VIEWS: readonly (readonly [path: RegExp, make: MakeView])[] = [
  [/^\/$/, flowView],
  [/^\/events$/, eventsView],
  [/^\/events\/([^/]+)$/, eventView],
  [/^\/mappings$/, mappingsView],
  [/^\/mappings\/(.+)$/, mappingView],
  [/^\/endpoints$/, endpointsView],
  [/^\/set-aside$/, setAsideView],
  [/^\/quarantine\/([^/]+)$/, quarantinedView],
  [/^\/privacy$/, privacyView],
];

const lost: MakeView = () => ({
  title: "Nothing is here",
  draw: () => html`<p>There is no page at this address. <a href="/">See the flow of events</a></p>`,
});

let about: About | undefined;
let view: View | undefined;
let leave = new AbortController();
let isDrawing = false;

const draw = (): void => {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    render(whole(), document.body);
    router.drawn();
    if (view !== undefined) document.title = `${view.title} – ${about?.stage ?? "Workbench"}`;
  });
};

const whole = (): TemplateResult => html`
  <a class="skip" href="#main">Skip to the content</a>
  <header>
    <p class="brand">Workbench <span class="stage">${stageName()}</span></p>
    <nav aria-label="Pages">
      <ul>
        ${PLACES.map(
          ({ path, name, of }) =>
            html`<li><a href=${path} aria-current=${of.test(location.pathname) ? "page" : nothing}>${name}</a></li>`,
        )}
      </ul>
    </nav>
  </header>
  <main id="main" tabindex="-1">
    <h1>${view?.title ?? "Workbench"}</h1>
    ${troubles.texts().map((each) => html`<p class="trouble" role="alert">${each}</p>`)}
    ${filesTrouble()}
    ${view?.draw() ?? nothing}
  </main>
  <p id="said" class="unseen" role="status"></p>
`;

const stageName = (): string => {
  if (about === undefined) return "";
  const how = about.kind === "left" ? ", not running" : "";
  return `${about.stage}${how}${about.mayWrite ? "" : ", looking only"}`;
};

/** The files of the folder, where they are not what the service was made of. */
const filesTrouble = (): TemplateResult | typeof nothing => {
  const [problem] = about?.problems ?? [];
  if (problem !== undefined)
    return html`<p class="trouble">
      The files have mistakes, and all is shown by them as they were before:
      <code>${problem.file}:${problem.line}:${problem.column}</code> ${problem.message}
    </p>`;
  return about?.files === "other"
    ? html`<p class="note">The files in this folder are not those that the service was made of. What is shown as made now is made by the files here.</p>`
    : nothing;
};

const appFor = (known: About, leaving: AbortSignal): App => ({
  get about() {
    return about ?? known;
  },
  get: (path) => get(path, leaving),
  put,
  post,
  draw: () => {
    if (!leaving.aborted) draw();
  },
  say: (text) => {
    const said = document.getElementById("said");
    if (said !== null) said.textContent = text;
  },
  go: (path) => router.go(path),
  leaving,
  ...tasksOf({ leaving, troubles, isSeen: () => !document.hidden }),
});

/** Shows the view of the address. */
const open = (): void => {
  leave.abort();
  leave = new AbortController();
  troubles.clear();
  const { pathname, searchParams } = new URL(location.href);
  for (const [path, make] of [...VIEWS, [/^/, lost] as const]) {
    const found = path.exec(pathname);
    if (found === null || about === undefined) continue;
    view = make(appFor(about, leave.signal), decodeURIComponent(found[1] ?? ""), searchParams);
    break;
  }
  draw();
};

const troubles = troublesFor(draw);
const router = routerFor(open);

/** How often what is true of all pages is asked for, and how soon again where nobody answered, in milliseconds. */
const ABOUT = 5000;
const AGAIN = 2000;

/** What is true of all pages: first of all, and again and again. */
const watch = async (): Promise<void> => {
  const task = {};
  for (;;) {
    let pause = ABOUT;
    if (about === undefined || !document.hidden) {
      const [before, isFirst] = [JSON.stringify(about), about === undefined];
      try {
        about = await get<About>("/api/about");
        troubles.over(task);
      } catch (error) {
        troubles.tell(task, error);
        pause = AGAIN;
      }
      if (isFirst && about !== undefined) open();
      else if (JSON.stringify(about) !== before) draw();
    }
    await new Promise((over) => setTimeout(over, pause));
  }
};

document.body.replaceChildren();
takeToken();
addEventListener("hashchange", takeToken);
draw();
watch();
