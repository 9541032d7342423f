import { html, nothing, svg, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";
import type { Timeline } from "../api/flow.ts";
import type { App } from "./app.ts";
import {
  barTime,
  barWords,
  heightOf,
  highest,
  isEmptyBar,
  stepWords,
  type TimeBar,
  timeBars,
} from "./bars.ts";
import { count, eventsAt, when } from "./words.ts";

/**
 * What happened when: above what came in, below what endpoints answered. A bar in whose time events arrived is a link to
 * these; all bars together are one stop of the tab key, and arrows lead from one to the next.
 */
export const timelineView = (app: App): ((timeline: Timeline) => TemplateResult) => {
  /** By when they begin, as bars move while time goes on. */
  let current: string | undefined;
  let pointed: string | undefined;
  const point = (event: Event): void => {
    pointed = beginOf(event.target);
    if (event.type === "focusin") current = pointed;
    app.draw();
  };
  const leave = (): void => {
    pointed = undefined;
    app.draw();
  };
  return (timeline) => {
    const bars = timeBars(timeline);
    const most = highest(bars);
    const full = bars.filter((bar) => !isEmptyBar(bar));
    const [first, last] = [bars[0], bars.at(-1)];
    if (first === undefined || last === undefined) return html``;
    const stop = full.find(({ from }) => from === current) ?? full.at(-1);
    const shown = bars.find(({ from }) => from === pointed);
    return html`<section aria-labelledby="times">
      <h2 id="times">Time line</h2>
      <p class="soft">
        Each bar stands for ${stepWords(timeline.step)}. Above: events that came in, at most ${count(most.events)}.
        Below: statements that endpoints answered, at most ${count(most.statements)}.
      </p>
      ${LEGEND}
      <div
        class="bars"
        role="group"
        aria-label="Bars of the time line; arrow keys lead from one to the next"
        @pointerover=${point}
        @focusin=${point}
        @pointerleave=${leave}
        @focusout=${leave}
        @keydown=${move}
      >
        ${repeat(
          bars,
          ({ from }) => from,
          (bar) =>
            isEmptyBar(bar)
              ? html`<span></span>`
              : bar.accepted > 0
                ? html`<a
                    href=${eventsIn(bar)}
                    data-from=${bar.from}
                    tabindex=${live(bar === stop ? "0" : "-1")}
                    aria-label=${barWords(bar)}
                    >${drawn(bar, most)}</a
                  >`
                : html`<span
                    role="img"
                    data-from=${bar.from}
                    tabindex=${live(bar === stop ? "0" : "-1")}
                    aria-label=${barWords(bar)}
                    >${drawn(bar, most)}</span
                  >`,
        )}
      </div>
      <p class="bars-ends">
        <time datetime=${first.from}>${when(first.from)}</time>
        <span>now</span>
      </p>
      <p class="bars-now" aria-hidden="true">${shown === undefined ? "Point at a bar to read it." : barWords(shown)}</p>
      ${asTable(bars)}
    </section>`;
  };
};

/** The events that arrived in the time of a bar: what endpoints answered then may be about others. */
const eventsIn = ({ from, to }: TimeBar): string => eventsAt({ from, to });

/** When the bar begins at which something happened. */
const beginOf = (target: EventTarget | null): string | undefined =>
  (target instanceof Element ? target.closest("[data-from]")?.getAttribute("data-from") : undefined) ??
  undefined;

const move = (event: KeyboardEvent): void => {
  if (!(event.currentTarget instanceof Element) || !(event.target instanceof HTMLElement)) return;
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-from]")];
  const next = nextOf(event.key, links.indexOf(event.target), links.length - 1);
  if (next === undefined) return;
  event.preventDefault();
  links[next]?.focus();
};

/** Where a key leads. */
const nextOf = (key: string, at: number, last: number): number | undefined => {
  const to: Readonly<Record<string, number>> = {
    ArrowRight: Math.min(at + 1, last),
    ArrowLeft: Math.max(at - 1, 0),
    Home: 0,
    End: last,
  };
  return Object.hasOwn(to, key) ? to[key] : undefined;
};

const LEGEND = html`<ul class="legend">
  <li><svg class="key" viewBox="0 0 1 1" aria-hidden="true"><rect class="fill-event" width="1" height="1"></rect></svg> accepted</li>
  <li><svg class="key" viewBox="0 0 1 1" aria-hidden="true"><rect class="fill-wait" width="1" height="1"></rect></svg> into quarantine</li>
  <li><svg class="key" viewBox="0 0 1 1" aria-hidden="true"><rect class="fill-good" width="1" height="1"></rect></svg> delivered</li>
  <li><svg class="key" viewBox="0 0 1 1" aria-hidden="true"><rect class="fill-bad" width="1" height="1"></rect></svg> set aside</li>
</ul>`;

/** Two piles: events that stand on the middle, and statements that hang from it. What went wrong is at the outer end. */
const drawn = (bar: TimeBar, most: ReturnType<typeof highest>): TemplateResult => {
  const accepted = heightOf(bar.accepted, most.events);
  const quarantined = heightOf(bar.quarantined, most.events);
  const delivered = heightOf(bar.delivered, most.statements);
  const setAside = heightOf(bar.setAside, most.statements);
  const above = 100 / Math.max(100, accepted + quarantined);
  const below = 100 / Math.max(100, delivered + setAside);
  return html`<svg viewBox="0 0 10 204" preserveAspectRatio="none" aria-hidden="true">
    ${rect("event", 100 - accepted * above, accepted * above)}
    ${rect("wait", 100 - (accepted + quarantined) * above, quarantined * above)}
    ${rect("good", 104, delivered * below)}
    ${rect("bad", 104 + delivered * below, setAside * below)}
  </svg>`;
};

const rect = (what: string, y: number, height: number): TemplateResult | typeof nothing =>
  height === 0 ? nothing : svg`<rect class="fill-${what}" x="1" y=${y} width="8" height=${height}></rect>`;

const asTable = (bars: readonly TimeBar[]): TemplateResult => html`<details>
  <summary>The time line as a table</summary>
  <div class="table" role="region" aria-labelledby="times-table" tabindex="0">
    <table>
      <caption id="times-table">Events and statements over time, without the times in which nothing happened</caption>
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col" class="number">Accepted</th>
          <th scope="col" class="number">Into quarantine</th>
          <th scope="col" class="number">Delivered</th>
          <th scope="col" class="number">Set aside</th>
        </tr>
      </thead>
      <tbody>
        ${bars
          .filter((bar) => !isEmptyBar(bar))
          .map(
            (bar) => html`<tr>
              <th scope="row">${bar.accepted > 0 ? html`<a href=${eventsIn(bar)}>${barTime(bar)}</a>` : barTime(bar)}</th>
              <td class="number">${count(bar.accepted)}</td>
              <td class="number">${count(bar.quarantined)}</td>
              <td class="number">${count(bar.delivered)}</td>
              <td class="number">${count(bar.setAside)}</td>
            </tr>`,
          )}
      </tbody>
    </table>
  </div>
</details>`;
