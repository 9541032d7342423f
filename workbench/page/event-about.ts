import { html, nothing, type TemplateResult } from "lit-html";
import type { EventDetail } from "../api/event.ts";
import type { App } from "./app.ts";
import { copyButton } from "./copy.ts";
import { harmless } from "./lines.ts";
import { counted, mappingAt, when } from "./words.ts";

/** When an event came, whose it is, and by which mapping it is told. */
export const eventAbout = (app: App, detail: EventDetail): TemplateResult => {
  const { id, arrived, time, source, learner, course, batch } = detail;
  return html`<dl class="about">
    ${row("Arrived", html`<time datetime=${arrived}>${when(arrived)}</time>`)}
    ${time === undefined ? nothing : row("Happened", html`<time datetime=${time}>${when(time)}</time>`)}
    ${row("Learner", learner.username === undefined ? "nobody's" : text(learner.username))}
    ${learner.lmsUser === undefined ? nothing : row("Name at the LMS", text(learner.lmsUser))}
    ${row("Whose it is", learner.proven ? "proven by a signature" : html`<span class="wait">not proven</span>`)}
    ${learner.sender === undefined ? nothing : row("Sent by", learner.sender)}
    ${course === undefined ? row("Course", "none that is known") : row("Course", courseText(course))}
    ${learner.roles.length === 0 ? nothing : row("Roles", text(learner.roles.join(", ")))}
    ${learner.server === undefined || learner.server === "" ? nothing : row("Server", text(learner.server))}
    ${row("Mapping", html`<a href=${mappingAt(source)}>${source}</a>`)}
    ${row("Batch", batch > 1 ? `came with others: ${counted(batch, "event")} of this learner's` : "came alone")}
    ${row("Id", html`<code>${id}</code> ${copyButton(app, id, "the event's id")}`)}
  </dl>`;
};

const row = (name: string, value: unknown): TemplateResult =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;

/** What somebody wrote: it may be in any direction. */
const text = (written: string): TemplateResult => html`<bdi>${harmless(written)}</bdi>`;

const courseText = ({ id, label, title }: NonNullable<EventDetail["course"]>): TemplateResult => {
  const name = title ?? label;
  return name === undefined || name === id
    ? text(id)
    : html`${text(name)} <span class="soft">(${text(id)})</span>`;
};
