import { html, nothing, type TemplateResult } from "lit-html";
import type { About, Reading } from "../api/about.ts";
import type { Balance, Flow } from "../api/flow.ts";
import type { MakeView } from "./app.ts";
import { changingNumbers } from "./changing.ts";
import { picture } from "./picture.ts";
import { isRead, readingNote } from "./reading.ts";
import { timelineView } from "./timeline.ts";

/** The first page: where everything is, as it goes on. */
export const flowView: MakeView = (app) => {
  let flow: Flow | undefined;
  const number = changingNumbers();
  const timeline = timelineView(app);
  app.every(1000, async () => {
    flow = await app.get<Flow>("/api/flow");
    app.draw();
  });
  return {
    title: "Flow",
    draw: () => {
      if (flow === undefined) return html`<p class="soft">Asking the service …</p>`;
      return html`
        <p class="lead">Events come in from Jupyter, are archived, and are told to each endpoint.</p>
        ${readingNote(flow.reading)}
        ${isEmpty(flow) ? beginning(app.about) : nothing}
        ${balance(flow.balance, flow.reading)}
        ${picture(flow, number)}
        ${timeline(flow.timeline)}
      `;
    },
  };
};

const isEmpty = ({ reading, queue, accepted, quarantined, withheld }: Flow): boolean =>
  isRead(reading) && queue.messages + accepted + quarantined + withheld === 0;

/** What to do first. */
const beginning = ({ kind }: About): TemplateResult => html`<section class="card beginning">
  <h2>No event has come yet</h2>
  ${
    kind === "deployed"
      ? html`<p>
          Connect Jupyter to the service: docs/jupyter.md says how. To see whether an event would come through, run
          <code>jlt doctor</code>.
        </p>`
      : html`<p>Two ways to begin:</p>
          <ul>
            <li>Feed events from a file, one to a line: <code>npm start -- my.ndjson</code></li>
            <li>Connect Jupyter, and work in it: docs/jupyter.md says how.</li>
          </ul>`
  }
  <p>What comes then is seen here at once.</p>
</section>`;

const balance = ({ state, faults, why }: Balance, reading: Reading): TemplateResult => {
  switch (state) {
    case "balanced":
      return html`<p class="balance balance-good">
        <strong>Balanced:</strong> received = delivered + filtered + waiting + set aside, for every endpoint.
      </p>`;
    case "faults":
      return html`<section class="balance balance-bad">
        <h2>It does not balance</h2>
        <ul>
          ${faults.map((each) => html`<li>${each}</li>`)}
        </ul>
      </section>`;
    default:
      return html`<p class="balance">${why ?? whyUnknown(reading)}</p>`;
  }
};

const whyUnknown = (reading: Reading): string => {
  if (!isRead(reading)) return "Whether everything balances is known once the archive is read.";
  if (reading.isCut)
    return "Nobody can tell whether everything balances: only the latest events are looked at.";
  if (reading.troubles.length > 0)
    return "Nobody can tell whether everything balances: some of the archive cannot be read.";
  return "Whether everything balances is known once the queues have answered.";
};
