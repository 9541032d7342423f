import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { StayingEvents } from "../../src/recovery/groups.ts";
import type { GroupOfQuarantined } from "../api/set-aside.ts";
import type { GroupRequest } from "../api/steps.ts";
import type { Act, Acts } from "./acts.ts";
import { headed } from "./headed.ts";
import { harmless } from "./lines.ts";
import { REASONS } from "./reason-words.ts";
import { counted, count as number, when } from "./words.ts";

/** What could not be accepted, grouped by reason, each with what to do and a way to take it in after all. */
export const quarantineGroups = (
  groups: readonly GroupOfQuarantined[],
  acts: Acts,
  home: string,
): TemplateResult => html`
  ${acts.left("recover/", new Set(groups.map(keyOf)), home)}
  ${repeat(groups, keyOf, (group) => groupOf(group, acts))}
`;

const keyOf = ({ key }: GroupOfQuarantined): string => `recover/${key}`;

const groupOf = (group: GroupOfQuarantined, acts: Acts): TemplateResult => {
  const { reason, schema, count, first, last, advice, accepted, stay, events } = group;
  const id = `quarantine-${group.key}`;
  return html`
    <section class="group" aria-labelledby=${id}>
      ${headed(3, id, html`${counted(count, "event")}: ${REASONS[reason]}${schema === undefined ? nothing : html`, <code>${harmless(schema)}</code>`}`)}
      <p class="soft tight"><code>${reason}</code>, ${first === last ? html`on ${first}` : html`from ${first} to ${last}`}</p>
      <p class="advice">${advice}</p>
      <dl class="facts">
        <div><dt>By the files now</dt><dd>${judged(accepted, stay)}</dd></div>
        <div><dt>${events.length === 1 ? "The event" : "Events"}</dt><dd>${eventLinks(events, count)}</dd></div>
      </dl>
      ${acts.draw(recover(group), accepted > 0)}
    </section>
  `;
};

/** What the files as they are make of them: how many are accepted, and why the others are not. */
const judged = (accepted: number, stay: readonly StayingEvents[]): TemplateResult => {
  const [only] = stay;
  if (accepted === 0 && stay.length === 1 && only !== undefined)
    return html`None of them is accepted: <code>${only.why}</code> <span class="soft">${harmless(only.detail)}</span>`;
  return html`
    <ul class="plain">
      <li>
        ${
          accepted === 0
            ? "None of them is accepted."
            : html`<strong class="good">${number(accepted)}</strong> ${accepted === 1 ? "is" : "are"} accepted.`
        }
      </li>
      ${stay.map(
        ({ why, detail, count }) =>
          html`<li>${number(count)} ${count === 1 ? "is" : "are"} not: <code>${why}</code> <span class="soft">${harmless(detail)}</span></li>`,
      )}
    </ul>
  `;
};

const recover = (group: GroupOfQuarantined): Act => {
  const { reason, accepted, key } = group;
  const of = `${counted(accepted, "event")}, ${REASONS[reason]}`;
  return {
    key: keyOf(group),
    title: `Recover: ${of}`,
    path: "/api/quarantine/recover",
    body: { key } satisfies GroupRequest,
    name: "Recover",
    of,
    question: `Recover ${counted(accepted, "event")}, and tell endpoints of ${accepted === 1 ? "it" : "them"}?`,
    yes: `Yes, recover ${number(accepted)}`,
    purpose: "recover them",
  };
};

/** So many of a group's events are linked at once. */
const SHOWN = 4;

const eventLinks = (events: GroupOfQuarantined["events"], count: number): TemplateResult => {
  const [some, others] = [events.slice(0, SHOWN), events.slice(SHOWN)];
  return html`
    <ul class="in-row">${some.map(eventLink)}</ul>
    ${
      others.length === 0
        ? nothing
        : html`<details>
            <summary>${others.length} more</summary>
            <ul class="in-row">${others.map(eventLink)}</ul>
            ${count > events.length ? html`<p class="soft">Only the latest are listed here.</p>` : nothing}
          </details>`
    }
  `;
};

const eventLink = ({ id, arrived }: GroupOfQuarantined["events"][number]): TemplateResult =>
  html`<li><a href="/quarantine/${id}" title=${id}>Event ${id.slice(0, 8)}</a> <span class="soft">${when(arrived)}</span></li>`;
