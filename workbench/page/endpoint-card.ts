import { html, nothing, svg, type TemplateResult } from "lit-html";
import type { Account } from "../../src/ledger/ledger.ts";
import type { EndpointRow, LastAnswer } from "../api/endpoints.ts";
import { stateOf } from "./endpoint-state.ts";
import { FILTERED } from "./reason-words.ts";
import { ago, clock, count, counted, eventsAt, when } from "./words.ts";

/** An endpoint at a glance: how it does, where it is and whom it knows, what it was told, and what it answered. */
export const endpointHead = (row: EndpointRow, now: number): TemplateResult => {
  const { name, title, protocol, version } = row;
  const { kind, word, sentences } = stateOf(row, now);
  return html`
    <h2 id="endpoint-${name}" tabindex="-1">${title}</h2>
    <p class="soft tight"><code>${name}</code>, ${STANDARDS[protocol]}${protocol === "json" ? nothing : ` ${version}`}</p>
    <p class="doing ${kind}"><strong>${word}.</strong> ${sentences.join(" ")}</p>
    <div class="halves">
      <div>${accountOf(row)} ${lastAnswers(row, now)}</div>
      <div>${factsOf(row, now)}</div>
    </div>
  `;
};

const STANDARDS: Readonly<Record<EndpointRow["protocol"], string>> = {
  caliper: "Caliper",
  xapi: "xAPI",
  json: "records as JSON",
};

/** The account, with a bar of its parts for the eye. */
const accountOf = ({ name, account }: EndpointRow): TemplateResult => {
  const { received, delivered, waiting, setAside } = account;
  const filtered = FILTERED.reduce((sum, [filter]) => sum + account.filtered[filter], 0);
  const figures = [
    ["Received", received, undefined, ""],
    ["Delivered", delivered, "delivered", "statements delivered"],
    ["Filtered", filtered, "filtered", "events filtered"],
    ["Waiting", waiting, "waiting", "statements waiting"],
    ["Set aside", setAside, "setAside", "statements set aside"],
  ] as const;
  return html`
    <h3 id="account-${name}">What became of it</h3>
    <p class="soft tight">Statements, and events of which it is told nothing. An event may become several statements.</p>
    <dl class="figures" aria-labelledby="account-${name}">
      ${figures.map(
        ([label, number, state, what]) => html`<div>
          <dt><span class="swatch swatch-${state ?? "all"}" aria-hidden="true"></span>${label}</dt>
          <dd>
            ${
              // The sum of all has no list of its own.
              state === undefined
                ? count(number)
                : html`<a href=${eventsAt({ endpoint: name, state })}>${count(number)}<span class="unseen"> ${what}: see the events</span></a>`
            }
          </dd>
        </div>`,
      )}
    </dl>
    ${received === 0 ? nothing : bar([delivered, filtered, waiting, setAside])}
    ${filtered === 0 ? nothing : filters(name, account)}
  `;
};

const PARTS = ["delivered", "filtered", "waiting", "setAside"] as const;

/** The numbers beside it say the same. */
const bar = (numbers: readonly number[]): TemplateResult => {
  const all = numbers.reduce((sum, each) => sum + each, 0);
  let at = 0;
  return html`<svg class="parts" aria-hidden="true" width="100%" height="10">
    ${numbers.map((each, part) => {
      const [x, width] = [at, (100 * each) / all];
      at += width;
      return svg`<rect class="part-${PARTS[part]}" x="${x}%" y="0" width="${width}%" height="10"></rect>`;
    })}
  </svg>`;
};

const filters = (name: string, { filtered }: Account): TemplateResult => html`
  <p class="above-list">It is not told of events</p>
  <ul class="plain">
    ${FILTERED.filter(([filter]) => filtered[filter] > 0).map(
      ([filter, why]) => html`<li>
        <a href=${eventsAt({ endpoint: name, state: "filtered", filter })}>${count(filtered[filter])}</a> ${why}
      </li>`,
    )}
  </ul>
`;

const factsOf = (row: EndpointRow, now: number): TemplateResult => {
  const { name, url, learners, personalData, perMinute, messages, deadLetters, account, oldest } = row;
  return html`
      <h3 id="facts-${name}">Where it goes, and how fast</h3>
      <dl class="facts" aria-labelledby="facts-${name}">
        <div><dt>Sends to</dt><dd>${url}</dd></div>
        <div><dt>Learners</dt><dd>${KNOWN[learners]}</dd></div>
        <div><dt>Personal data</dt><dd>${PERSONAL[personalData]}</dd></div>
        <div><dt>Pace</dt><dd>${counted(perMinute, "statement")} in the last minute</dd></div>
        <div>
          <dt>In its queue</dt>
          <dd>
            ${counted(messages, "message")}${
              account.waiting === 0 || oldest === undefined
                ? nothing
                : html`; the oldest statement waits since ${timeOf(oldest, now)}, ${ago(oldest, now)}`
            }
          </dd>
        </div>
        <div><dt>Dead letters</dt><dd class=${deadLetters > 0 ? "bad" : ""}>${deadLetters === 0 ? "none" : counted(deadLetters, "message")}</dd></div>
      </dl>
  `;
};

const KNOWN: Readonly<Record<EndpointRow["learners"], string>> = {
  pseudonym: "known by a pseudonym, which is another at every endpoint",
  username: "known by their user names",
  lms: "known by the name that the LMS has for them, or else by a pseudonym",
  anonymous: "not told apart: nobody is named",
};

const PERSONAL: Readonly<Record<EndpointRow["personalData"], string>> = {
  pseudonymise: "as pseudonyms only",
  allow: "as the mappings say",
  refuse: "none, not even as pseudonyms",
};

/** So many answers are shown at once. */
const SHOWN = 5;

const lastAnswers = ({ name, answers }: EndpointRow, now: number): TemplateResult | typeof nothing => {
  const [some, others] = [answers.slice(0, SHOWN), answers.slice(SHOWN)];
  if (some.length === 0) return nothing;
  return html`
    <h3 id="answers-${name}">Its last answers</h3>
    <ol class="answers" aria-labelledby="answers-${name}">${some.map((each) => answerItem(each, now))}</ol>
    ${
      others.length === 0
        ? nothing
        : html`<details>
            <summary>${others.length} before these<span class="unseen"> (answers of ${name})</span></summary>
            <ol class="answers" start=${SHOWN + 1}>${others.map((each) => answerItem(each, now))}</ol>
          </details>`
    }
  `;
};

const answerItem = ({ at, status, statements, end }: LastAnswer, now: number): TemplateResult => html`
  <li>
    <time class="soft" datetime=${at}>${timeOf(at, now)}</time>
    <span class=${end === "delivered" ? "good" : "bad"}>
      <span aria-hidden="true">${end === "delivered" ? "✓" : "✗"}</span> ${status ?? "no answer"}</span>
    <span>${counted(statements, "statement")} ${end === "delivered" ? "delivered" : "set aside"}</span>
  </li>
`;

/** Of what was long ago, with its day. */
const timeOf = (at: string, now: number): string => (now - Date.parse(at) < DAY ? clock(at) : when(at));

const DAY = 86_400_000;
