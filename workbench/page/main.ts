import { html, nothing, render, type TemplateResult } from "lit-html";
import type { About } from "../api/about.ts";
import type { App, MakeView, View } from "./app.ts";
import { ServerTrouble } from "./app.ts";
import { get, post, put } from "./ask.ts";
import { endpointsView } from "./endpoints.ts";
import { eventView } from "./event.ts";
import { eventsView } from "./events.ts";
import { flowView } from "./flow.ts";
import { mappingView } from "./mapping.ts";
import { mappingsView } from "./mappings.ts";
import { privacyView } from "./privacy.ts";
import { quarantinedView } from "./quarantined.ts";
import { setAsideView } from "./set-aside.ts";

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
let trouble: string | undefined;
let leave = new AbortController();
let isDrawing = false;

const draw = (): void => {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    render(whole(), document.body);
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
    ${trouble === undefined ? nothing : html`<p class="trouble" role="alert">${trouble}</p>`}
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

const show = (error: unknown): void => {
  if (error instanceof DOMException && error.name === "AbortError") return;
  trouble = error instanceof ServerTrouble ? error.message : `The page failed at this: ${String(error)}`;
  draw();
};

const good = (): void => {
  if (trouble === undefined) return;
  trouble = undefined;
  draw();
};

const appFor = (known: About, leaving: AbortSignal): App => ({
  about: known,
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
  go,
  leaving,
  once: (run) => {
    run().then(good, (error) => {
      if (!leaving.aborted) show(error);
    });
  },
  every: (milliseconds, run) => {
    const round = async (): Promise<void> => {
      if (leaving.aborted) return;
      if (!document.hidden)
        await run().then(good, (error) => {
          if (!leaving.aborted) show(error);
        });
      if (!leaving.aborted) setTimeout(round, milliseconds);
    };
    round();
  },
});

/** Shows the view of the address. */
const open = (isFirst: boolean): void => {
  leave.abort();
  leave = new AbortController();
  trouble = undefined;
  shown = location.pathname + location.search;
  const { pathname, searchParams } = new URL(location.href);
  for (const [path, make] of [...VIEWS, [/^/, lost] as const]) {
    const found = path.exec(pathname);
    if (found === null || about === undefined) continue;
    view = make(appFor(about, leave.signal), decodeURIComponent(found[1] ?? ""), searchParams);
    break;
  }
  draw();
  if (isFirst) return;
  // Whoever hears the page, or goes on by the keyboard, is at its beginning.
  requestAnimationFrame(() => {
    scrollTo(0, 0);
    document.getElementById("main")?.focus({ preventScroll: true });
  });
};

/** What of the address tells which view is open. */
let shown = "";

const go = (path: string): void => {
  history.pushState(null, "", path);
  open(false);
};

/** Somebody went back or forth; a place within a view is still the same view. */
const reopen = (): void => {
  if (shown !== location.pathname + location.search) open(false);
};

/** Links to the page's own paths need no new page. */
const follow = (event: MouseEvent): void => {
  const link = (event.target as Element | null)?.closest("a");
  if (link == null || event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (link.origin !== location.origin || link.hasAttribute("download") || link.target !== "") return;
  if (link.getAttribute("href")?.startsWith("#")) return;
  event.preventDefault();
  go(link.pathname + link.search + link.hash);
};

/** How often what is true of all pages is asked for, in milliseconds. */
const ABOUT = 5000;

const begin = async (): Promise<void> => {
  document.body.replaceChildren();
  document.addEventListener("click", follow);
  addEventListener("popstate", reopen);
  about = await get<About>("/api/about");
  open(true);
  for (;;) {
    await new Promise((over) => setTimeout(over, ABOUT));
    if (document.hidden) continue;
    const before = JSON.stringify(about);
    // The view itself says that nobody answers.
    about = await get<About>("/api/about").catch(() => about);
    if (JSON.stringify(about) !== before) draw();
  }
};

begin().catch(show);
