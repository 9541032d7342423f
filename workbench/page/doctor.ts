import { html, nothing, type TemplateResult } from "lit-html";
import { ENDS, type Finding, isBad } from "../../src/doctor/finding.ts";
import type { EndpointRow } from "../api/endpoints.ts";
import type { DoctorRequest } from "../api/steps.ts";
import type { App } from "./app.ts";
import { focusSoon } from "./focus.ts";
import { harmless } from "./lines.ts";
import { startToWrite } from "./reason-words.ts";
import { type Run, runsFor } from "./steps.ts";

/** The test of an endpoint: what it does, its button, and each step as it comes. */
export const doctorFor = (app: App): ((row: EndpointRow) => TemplateResult) => {
  const runs = runsFor(app);
  /** The endpoints that a test statement is to be sent to. */
  const sending = new Set<string>();
  return (row) => {
    const { name, protocol } = row;
    const key = `doctor/${name}`;
    const run = runs.of(key);
    const goesOn = run !== undefined && run.end === undefined;
    const test = (): void => {
      if (goesOn) return;
      const path = `/api/endpoints/${encodeURIComponent(name)}/doctor`;
      const body: DoctorRequest = { send: sending.has(name) };
      runs.start({ key, title: `Test of ${name}`, path, body });
    };
    const close = (): void => {
      runs.forget(key);
      focusSoon(`test-${name}`);
    };
    const choose = ({ target }: Event): void => {
      if ((target as HTMLInputElement).checked) sending.add(name);
      else sending.delete(name);
    };
    return html`
      <p class="tight">
        Looks at the service and its queues, and at the endpoint’s host, certificate and credentials, step by step, as
        <code>jlt doctor ${name}${app.about.kind === "deployed" ? ` --stage ${app.about.stage}` : ""}</code> does.
      </p>
      <div class="testing">
        <button type="button" id="test-${name}" aria-disabled=${goesOn ? "true" : nothing} @click=${test}>
          ${goesOn ? "Testing …" : "Test this endpoint"}<span class="unseen"> (${name})</span>
        </button>
        <p class="choice">
          <input
            type="checkbox"
            id="send-${name}"
            aria-describedby="sends-${name}"
            ?disabled=${!app.about.mayWrite || goesOn}
            @change=${choose}
          />
          <label for="send-${name}">Send a test statement<span class="unseen"> to ${name}</span></label>
          <span class="soft" id="sends-${name}">${
            app.about.mayWrite
              ? `It tells of nobody: its actor is jlt-doctor. ${STAYS[protocol]}`
              : html`This workbench only looks. To send one, start it with <code>${startToWrite(app.about)}</code>`
          }</span>
        </p>
      </div>
      ${run === undefined ? nothing : findings(run)}
      ${
        run?.end === undefined
          ? nothing
          : html`<p class="summary ${run.end.isGood && !run.findings.some(isBad) ? "good" : "bad"}"><strong>${run.end.told}</strong></p>
              <p class="acting">
                <button type="button" @click=${close}>Close<span class="unseen"> (what was found of ${name})</span></button>
              </p>`
      }
    `;
  };
};

/** What stays of a test statement. */
const STAYS: Readonly<Record<EndpointRow["protocol"], string>> = {
  xapi: "It is voided right after; the store keeps it as voided.",
  caliper: "It cannot be taken back.",
  json: "It cannot be taken back.",
};

const findings = ({ title, findings: found }: Run): TemplateResult => html`
  <ol class="findings" aria-label="${title}, step by step">
    ${found.map(findingItem)}
  </ol>
`;

const findingItem = ({ check, endpoint, end, told, mend }: Finding): TemplateResult => {
  const { mark, word } = ENDS[end];
  return html`<li>
    <span class="ends ${LOOKS[end]}"><span aria-hidden="true">${mark}</span> ${word}</span>
    <strong class="check">${check}</strong>
    <span class="finding">
      ${endpoint === undefined ? nothing : html`<span class="unseen">${endpoint}: </span>`}${harmless(told)}
      ${mend === undefined ? nothing : html`<span class="mend"><span aria-hidden="true">→ </span><span class="unseen">What to do: </span>${harmless(mend)}</span>`}
    </span>
  </li>`;
};

const LOOKS: Readonly<Record<Finding["end"], string>> = {
  good: "good",
  note: "wait",
  bad: "bad",
  skipped: "soft",
};
