import { html, nothing, type TemplateResult } from "lit-html";
import type { EventEnding, ShownFailure, ToldStatement } from "../api/event.ts";
import type { App } from "./app.ts";
import { copyButton } from "./copy.ts";
import { harmless } from "./lines.ts";
import { REASONS } from "./reason-words.ts";
import { stateClass, stateWord, when } from "./words.ts";

/** What one endpoint received of an event, and what it answered; `tree` shows a statement's JSON. */
export const eventEnding = (
  app: App,
  ending: EventEnding,
  tree: (told: ToldStatement) => TemplateResult,
): TemplateResult => {
  const { name, title, state, nothing: why, failure, statements } = ending;
  return html`<section class="ending" aria-labelledby="to-${name}">
    <h2 id="to-${name}">
      <a href="/endpoints?endpoint=${encodeURIComponent(name)}">${title}</a>
    </h2>
    ${
      // One statement, or a failure, says it itself.
      failure !== undefined || (statements.length === 1 && why === undefined)
        ? nothing
        : html`<p>
            <span class="state ${stateClass(state)}">${stateWord(state)}</span>${why === undefined ? nothing : html`: ${why}`}
          </p>`
    }
    ${failure === undefined ? nothing : failed(failure)}
    ${statements.map((told) => statement(app, told, tree))}
  </section>`;
};

const statement = (
  app: App,
  told: ToldStatement,
  tree: (told: ToldStatement) => TemplateResult,
): TemplateResult => {
  const { id, translation, state, receipt, failure } = told;
  // What was delivered, and refused since, is both.
  const isBoth = failure !== undefined && receipt !== undefined;
  return html`<article class="told">
    <h3>${translation}</h3>
    ${failure === undefined || isBoth ? ended(state, receipt) : nothing}
    ${failure === undefined ? nothing : failed(failure)}
    <p class="as as-${told.as}">${asWords(told)}</p>
    ${told.statement === undefined ? nothing : tree(told)}
    <p class="told-id"><span class="soft">Id</span> <code>${harmless(id)}</code> ${copyButton(app, id, "the statement's id")}</p>
  </article>`;
};

const ended = (state: ToldStatement["state"], receipt: ToldStatement["receipt"]): TemplateResult =>
  html`<p>
    <span class="state ${stateClass(state)}">${stateWord(state)}</span>${
      receipt === undefined
        ? nothing
        : html`: answered with ${receipt.status} on <time datetime=${receipt.at}>${when(receipt.at)}</time>`
    }
  </p>`;

/** Whether what is shown is what was sent: this must never be in doubt. */
const asWords = ({ as, state, statement }: ToldStatement): TemplateResult => {
  if (statement === undefined)
    return state === "waiting"
      ? html`It waits to be sent. What it says is not kept, and by now nothing like it is made.`
      : html`What was sent is not kept, and by now nothing like it is made.`;
  if (as === "sent") return html`<strong>As sent:</strong> exactly this is what the endpoint received.`;
  if (as === "unsent")
    return html`<strong>As it was to be sent:</strong> the endpoint has not received it, or nobody knows.`;
  return state === "waiting"
    ? html`<strong>As the mappings make it now:</strong> it waits to be sent.`
    : html`<strong>As the mappings make it now:</strong> what was sent is another, or nobody knows.`;
};

const failed = ({ at, reason, detail, status, answer, advice }: ShownFailure): TemplateResult =>
  html`<div class="failed">
    <p>
      <strong>Set aside: ${REASONS[reason]}</strong>${status === undefined ? nothing : html`, answered with ${status}`},
      on <time datetime=${at}>${when(at)}</time>
    </p>
    ${detail === "" ? nothing : html`<p>${harmless(detail)}</p>`}
    ${
      answer === undefined || answer === ""
        ? nothing
        : html`<p class="soft">Its answer:</p>
            <pre class="answer" dir="ltr" tabindex="0" role="region" aria-label="The answer">${answer.split(/\r?\n/).map(harmless).join("\n")}</pre>`
    }
    <p>${advice} <a href="/set-aside">All that is set aside</a></p>
  </div>`;
