import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { FailedTranslation } from "../../src/ledger/failure-groups.ts";
import type { GroupOfFailures } from "../api/set-aside.ts";
import type { GroupRequest } from "../api/steps.ts";
import type { Act, Acts } from "./acts.ts";
import { headed } from "./headed.ts";
import { harmless } from "./lines.ts";
import { REASONS } from "./reason-words.ts";
import { counted, count as number, when } from "./words.ts";

/** What is set aside for endpoints, grouped by reason, each with what to do and a way to send it again. */
export const failureGroups = (
  groups: readonly GroupOfFailures[],
  acts: Acts,
  { level, beginning, home }: { readonly level: 3 | 4; readonly beginning: string; readonly home: string },
): TemplateResult => html`
  ${acts.left(beginning, new Set(groups.map(keyOf)), home)}
  ${repeat(groups, keyOf, (group) => groupOf(group, acts, level))}
`;

/** What a group's run is kept under: an endpoint's begin with its name. */
const keyOf = ({ endpoint, key }: GroupOfFailures): string => `retry/${endpoint}/${key}`;

const groupOf = (group: GroupOfFailures, acts: Acts, level: 3 | 4): TemplateResult => {
  const { endpoint, reason, status, count, first, last, detail, answer, advice, deliveredBefore } = group;
  const id = `failures-${group.key}`;
  return html`
    <section class="group" aria-labelledby=${id}>
      ${headed(
        level,
        id,
        html`${counted(count, "statement")} for ${endpoint}: ${REASONS[reason]}${status === undefined ? "" : ` (${status})`}${deliveredBefore ? ", though delivered before" : ""}`,
      )}
      <p class="soft tight">
        <code>${reason}</code>,
        ${first === last ? when(first) : html`from ${when(first)} to ${when(last)}`}
      </p>
      <p class="advice">${advice}</p>
      <dl class="facts">
        <div><dt>What was wrong</dt><dd>${harmless(detail)}</dd></div>
        ${answer === undefined ? nothing : html`<div><dt>It said</dt><dd><q>${harmless(answer)}</q></dd></div>`}
        <div><dt>Made by</dt><dd>${madeBy(group.translations)}</dd></div>
        <div><dt>${group.events.length === 1 ? "The event" : "Events"}</dt><dd>${eventLinks(group.events, count)}</dd></div>
      </dl>
      ${acts.draw(sendAgain(group))}
    </section>
  `;
};

const sendAgain = (group: GroupOfFailures): Act => {
  const { endpoint, reason, count, key } = group;
  const of = `${counted(count, "statement")} for ${endpoint}, ${REASONS[reason]}`;
  return {
    key: keyOf(group),
    title: `Send again: ${of}`,
    path: "/api/failures/retry",
    body: { key } satisfies GroupRequest,
    name: "Send again",
    of,
    question: `Send ${counted(count, "statement")} to ${endpoint} again? They are made anew by the mappings as they are now.`,
    yes: `Yes, send ${number(count)} again`,
    purpose: "send them again",
  };
};

const madeBy = (translations: readonly FailedTranslation[]): TemplateResult => html`
  <ul class="plain">
    ${translations.map(
      ({ mapping, translation, count, changed }) => html`<li>
        <a href="/mappings/${mapping}">${translation ?? mapping}</a>
        <span class="soft">– ${number(count)}, ${changeWords(count, changed)}</span>
      </li>`,
    )}
  </ul>
`;

const changeWords = (count: number, changed: number | undefined): string => {
  if (changed === undefined) return "its mapping is gone";
  if (changed === 0) return "its mapping has not changed since";
  return changed === count
    ? "its mapping has changed since"
    : `its mapping has changed since for ${number(changed)}`;
};

/** So many of a group's events are linked at once. */
const SHOWN = 3;

const eventLinks = (events: readonly string[], count: number): TemplateResult => {
  const [some, others] = [events.slice(0, SHOWN), events.slice(SHOWN)];
  const hidden = count - events.length;
  return html`
    <ul class="in-row">${some.map(eventLink)}</ul>
    ${
      others.length === 0
        ? nothing
        : html`<details>
            <summary>${others.length} more</summary>
            <ul class="in-row">${others.map(eventLink)}</ul>
            ${hidden > 0 ? html`<p class="soft">Not all of them are listed here.</p>` : nothing}
          </details>`
    }
  `;
};

const eventLink = (id: string): TemplateResult =>
  html`<li><a href="/events/${id}" title=${id}>Event ${id.slice(0, 8)}</a></li>`;
