import { type ChoiceRecord, isCollected, isTold, NO_CHOICE } from "../consent/choice.ts";
import type { ArchivePart, Settings } from "../settings.ts";
import type { Collected, CollectedEndpoint, CollectedEvent, CollectedField } from "./collected.ts";
import { type Html, html, pageOf } from "./html.ts";
import type { Session } from "./session.ts";
import { DONE, type Done, dayOf, NAMED, PARTS, PERSONAL, POLICY, PROTOCOL, standing, WHEN } from "./words.ts";

/** What the learner's own page is made of. */
export interface OwnPage {
  readonly settings: Pick<Settings, "hub" | "institution" | "consent" | "retention">;
  readonly collected: Collected;
  readonly session: Session;
  readonly record: ChoiceRecord | undefined;
  /** What was done just before, to be told once. */
  readonly done: Done | undefined;
}

/** The learner's own page: what is collected, where it goes, their choice, their data. */
export const ownPage = (page: OwnPage): string => {
  const { settings, session, done } = page;
  return pageOf(
    `What ${settings.hub.name} collects about you`,
    html`${done === undefined ? html`` : html`<p class="said" role="status">${DONE[done]}</p>`}
${choosing(page)}
${collecting(page)}
${telling(page)}
${keeping(settings.retention)}
<section aria-labelledby="data">
<h2 id="data">Your data</h2>
<p>You can download everything that is kept of you and known for yours. What only bears your name, while nothing proves that it is yours, is not among it, nor what came with your name and somebody else's: an administrator can look for that.</p>
<p><a class="button" href="/data">See and download your data</a></p>
</section>
<section aria-labelledby="erase">
<h2 id="erase">Have your data erased</h2>
<p>You can ask for everything that is kept of you to be erased. An administrator decides about it.</p>
<p><a class="button" href="/erase">Ask for your data to be erased</a></p>
</section>`,
    signedIn(session),
  );
};

/** Who is signed in, and the way out. */
export const signedIn = (session: Session): Html => html`<header>
<p>Signed in as <strong>${session.username}</strong></p>
<form method="post" action="/sign-out">${formToken(session)}<button>Sign out</button></form>
</header>`;

/** What tells a form of ours from one of another site. */
export const formToken = ({ formToken }: Session): Html =>
  html`<input type="hidden" name="form" value="${formToken}">`;

const choosing = ({ settings: { consent }, session, record }: OwnPage): Html => {
  const { choice = NO_CHOICE, changes = [] } = record ?? {};
  const isIn = isCollected(consent, choice);
  const yes = choice.all !== "in" && (!isIn || choice.all === undefined);
  const hasChoice = consent.policy !== "required-by-site";
  const last = changes.slice(0, 5).map(({ to, at, by, endpoint }) => {
    const who = by === "learner" ? "You" : "An administrator, for you,";
    const where = endpoint === undefined ? "" : `, for ${endpoint}`;
    return html`<li>${`${who} said ${to === "in" ? "yes" : "no"} on ${dayOf(at)}${where}.`}</li>`;
  });
  return html`<section aria-labelledby="choice">
<h2 id="choice">Your choice</h2>
<p class="stands">${standing(consent, choice)}</p>
<p>${POLICY[consent.policy]}</p>
${
  hasChoice
    ? html`<div class="forms">
${yes ? choiceForm(session, "in", "Yes, collect what I do") : html``}
${choice.all === "out" ? html`` : choiceForm(session, "out", "No, collect nothing about me")}
</div>
<p class="soft">${WHEN}</p>`
    : html``
}
${last.length === 0 ? html`` : html`<h3>What was chosen before</h3><ul>${last}</ul>`}
</section>`;
};

const choiceForm = (session: Session, to: string, words: string, endpoint?: string): Html =>
  html`<form method="post" action="/choice">${formToken(session)}<input type="hidden" name="to" value="${to}">${
    endpoint === undefined ? html`` : html`<input type="hidden" name="endpoint" value="${endpoint}">`
  }<button${endpoint === undefined ? html` class="main"` : html``}>${words}</button></form>`;

/** Where the site does not say it in its own words. */
const PURPOSE = "So that teachers and institution can see how learning goes.";

const collecting = ({ collected, settings }: OwnPage): Html => html`<section aria-labelledby="collected">
<h2 id="collected">What is collected, and why</h2>
<p>When you work in Jupyter, its servers tell what happens as events: a file was saved, a server was started. They are kept, and told to the systems below.</p>
<p><strong>Why:</strong> ${settings.consent.purpose ?? PURPOSE} Your institution can tell you more: <a href="${settings.institution}">${settings.institution}</a>.</p>
<p>Beside an event it is kept who you are, your course and your roles in it, your server and session, and how you came here from your learning system, as far as the hub knows. The systems below are told your course, your roles in it and your session as well, as far as they take them. What you write into a notebook and what it puts out is not among it, unless a line below says so.</p>
${collected.events.map((event) => eventHtml(event, collected))}
</section>`;

const eventHtml = (event: CollectedEvent, { endpoints }: Collected): Html => html`<details>
<summary>${event.title}</summary>
${event.anonymous ? html`<p>It is kept without a name: nobody can tell that it was you.</p>` : html``}
<p>${toldTo(event.told, endpoints)}</p>
${event.fields.length === 0 ? html`` : html`<dl>${event.fields.map((field) => fieldHtml(field, endpoints))}</dl>`}
</details>`;

const toldTo = (names: readonly string[], endpoints: readonly CollectedEndpoint[]): string =>
  names.length === 0
    ? "It is kept, and told to nobody."
    : `It is told to: ${names.map((name) => titleOf(name, endpoints)).join("; ")}.`;

const titleOf = (name: string, endpoints: readonly CollectedEndpoint[]): string =>
  endpoints.find((each) => each.name === name)?.title ?? name;

const fieldHtml = (field: CollectedField, endpoints: readonly CollectedEndpoint[]): Html => {
  const { name, meaning, neverStored, told, names } = field;
  const titles = (all: readonly string[]): string => all.map((each) => titleOf(each, endpoints)).join("; ");
  const kept = neverStored === "part" ? "Kept in part" : "Kept";
  const sent = told.length === 0 ? "" : `; something of it is sent to ${titles(told)}`;
  const known =
    names.length === 0 ? "" : `; it is told as the name by which you are known to ${titles(names)}`;
  const whom =
    neverStored === "whole" ? "Never stored." : `${kept}${sent}${known || sent ? known : ", not sent"}.`;
  return html`<dt><code>${name}</code></dt><dd>${meaning ?? "Not described."} <span class="soft">${whom}</span></dd>`;
};

const telling = ({ collected, settings: { consent }, session, record }: OwnPage): Html => {
  const choice = record?.choice ?? NO_CHOICE;
  const mayChoose =
    consent.policy !== "required-by-site" && consent.perEndpoint && isCollected(consent, choice);
  return html`<section aria-labelledby="told">
<h2 id="told">Where it goes</h2>
${collected.endpoints.length === 0 ? html`<p>It is told to nobody.</p>` : html``}
${collected.endpoints.map((endpoint) => {
  const { name, title, protocol, learners, personalData, conditional } = endpoint;
  const some = conditional ? "It is told only some of it, such as that of some courses. " : "";
  const isToldOf = isTold(consent, choice, name);
  return html`<h3>${title}</h3>
<p>${`${some}${NAMED[learners]} ${PERSONAL[personalData]}`} <span class="soft">It is told by ${PROTOCOL[protocol]}.</span></p>
${
  mayChoose
    ? html`<p><strong>${isToldOf ? "It is told what you do." : "It is not told what you do."}</strong></p>${
        isToldOf
          ? choiceForm(session, "out", `Do not tell ${title} about me`, name)
          : choiceForm(session, "in", `Tell ${title} about me`, name)
      }`
    : html``
}`;
})}
</section>`;
};

const keeping = (retention: Settings["retention"]): Html => html`<section aria-labelledby="kept">
<h2 id="kept">How long it is kept</h2>
<ul>
${Object.entries(PARTS).map(([part, words]) => html`<li>${words}: ${retention[part as ArchivePart]} days</li>`)}
</ul>
</section>`;
