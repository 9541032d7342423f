import { html, nothing, svg, type TemplateResult } from "lit-html";
import type { Flow, FlowEndpoint } from "../api/flow.ts";
import type { ShowNumber } from "./changing.ts";
import { counted, dayOf, eventsAt, FILTER_REASONS, filterWord } from "./words.ts";

/**
 * The way of an event: for the eye boxes with arrows between them, for the ear a list of stages in their order, each with
 * its numbers.
 */
export const picture = (flow: Flow, number: ShowNumber): TemplateResult => {
  const { queue, accepted, quarantined, withheld, perMinute, reading, endpoints } = flow;
  const flows = perMinute > 0 ? "flows" : "";
  return html`<section aria-labelledby="way">
    <h2 id="way">The way of an event</h2>
    <p class="soft">
      Up to the archive, these are events. At the endpoints they are statements, as an event may become several; what is
      filtered are events.
    </p>
    <ol class="way">
      <li class="stage-box">
        <h3>Events queue</h3>
        <p class="big">${number("queue", queue.messages)} <span class="unit">${inQueue(queue.messages)}</span></p>
        ${deadLetters(queue.deadLetters)}
      </li>
      <li class="stage-box ${flows}">
        <h3>Read</h3>
        <p class="big">
          <a href="/events">${number("accepted", accepted)} <span class="unit">accepted</span></a>
        </p>
        <p class="rate">${number("rate", perMinute)} a minute</p>
        <p>
          <a href="/set-aside" class=${quarantined > 0 ? "bad" : "soft"}
            >${number("quarantined", quarantined)} <span class="unit">in quarantine</span></a
          >
        </p>
        <p class="soft">${number("withheld", withheld)} withheld <span class="why">as their learners want</span></p>
      </li>
      <li class="stage-box ${flows}">
        <h3>Archive</h3>
        <p class="big">
          <a href="/events">${number("archive", accepted)} <span class="unit">kept</span></a>
        </p>
        <p class="soft">since <time datetime=${reading.from}>${dayOf(reading.from)}</time></p>
      </li>
      <li class="lanes-box ${flows}">
        <h3 class="unseen">Endpoints</h3>
        ${
          endpoints.length === 0
            ? html`<p class="stage-box">No endpoint yet. A file below endpoints/ makes one.</p>`
            : html`<ul class="lanes">
                ${endpoints.map((each) => lane(each, number))}
              </ul>`
        }
      </li>
    </ol>
  </section>`;
};

const inQueue = (messages: number): string => (messages === 1 ? "message waits" : "messages wait");

const deadLetters = (messages: number): TemplateResult | typeof nothing =>
  messages === 0
    ? nothing
    : html`<p class="bad">${counted(messages, "dead letter")}: no function could take them</p>`;

/** What became of all events at one endpoint. */
const lane = (endpoint: FlowEndpoint, number: ShowNumber): TemplateResult => {
  const { name, title, account, messages, perMinute } = endpoint;
  const { delivered, waiting, setAside } = account;
  const named = (what: string): string => `${name} ${what}`;
  const at = (state: string): string => eventsAt({ endpoint: name, state });
  return html`<li class="lane ${perMinute > 0 ? "flows" : ""}">
    <h4><a href="/endpoints?endpoint=${encodeURIComponent(name)}">${title}</a></h4>
    <ol class="lane-way">
      <li>
        <a href=${at("waiting")} class=${waiting > 0 ? "wait" : "soft"}
          >${number(named("waiting"), waiting)} <span class="unit"><span class="unseen">${statementWord(waiting)} </span>waiting</span></a
        >
        <span class="rate">${number(named("messages"), messages)} ${messages === 1 ? "message" : "messages"} queued</span>
        ${deadLetters(endpoint.deadLetters)}
      </li>
      <li>
        <a href=${at("delivered")} class="good"
          >${number(named("delivered"), delivered)} <span class="unit"><span class="unseen">${statementWord(delivered)} </span>delivered</span></a
        >
        <span class="rate">${number(named("rate"), perMinute)} a minute</span>
      </li>
      <li>
        <a href=${at("setAside")} class=${setAside > 0 ? "bad" : "soft"}
          >${number(named("set aside"), setAside)} <span class="unit"><span class="unseen">${statementWord(setAside)} </span>set aside</span></a
        >
        ${setAside > 0 ? html`<a class="rate" href="/set-aside">why, and what to do</a>` : nothing}
      </li>
      <li>${filtered(endpoint, number)}</li>
    </ol>
    ${shares(endpoint)}
  </li>`;
};

const statementWord = (number: number): string => (number === 1 ? "statement" : "statements");

/** What it is told nothing of, and why. */
const filtered = ({ name, account }: FlowEndpoint, number: ShowNumber): TemplateResult => {
  const total = Object.values(account.filtered).reduce((sum, each) => sum + each, 0);
  const reasons = FILTER_REASONS.filter((each) => account.filtered[each] > 0);
  return html`<a href=${eventsAt({ endpoint: name, state: "filtered" })} class="soft"
      >${number(`${name} filtered`, total)} <span class="unit"><span class="unseen">${total === 1 ? "event" : "events"} </span>filtered</span></a
    >
    ${
      reasons.length === 0
        ? nothing
        : html`<ul class="reasons">
            ${reasons.map(
              (each) =>
                html`<li>
                  <a href=${eventsAt({ endpoint: name, state: "filtered", filter: each })}
                    >${number(`${name} ${each}`, account.filtered[each])} <span class="unit">${filterWord(each)}</span></a
                  >
                </li>`,
            )}
          </ul>`
    }`;
};

/** How delivered, waiting and set aside share what is to be told, as a strip. The numbers above say the same. */
const shares = ({ account }: FlowEndpoint): TemplateResult | typeof nothing => {
  const parts = [
    ["good", account.delivered],
    ["wait", account.waiting],
    ["bad", account.setAside],
  ] as const;
  const whole = parts.reduce((sum, [, each]) => sum + each, 0);
  if (whole === 0) return nothing;
  let x = 0;
  return html`<svg class="shares" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
    ${parts.map(([state, each]) => {
      const width = (100 * each) / whole;
      x += width;
      return svg`<rect class="fill-${state}" x=${x - width} y="0" width=${width} height="4"></rect>`;
    })}
  </svg>`;
};
