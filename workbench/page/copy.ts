import { html, type TemplateResult } from "lit-html";
import type { App } from "./app.ts";

/** A button that copies a text; `what` names it: `Copy the event's id`. */
export const copyButton = (app: App, text: string, what: string): TemplateResult =>
  html`<button
    type="button"
    class="copy"
    @click=${() =>
      app.once(async () => {
        const isCopied = await navigator.clipboard.writeText(text).then(
          () => true,
          () => false,
        );
        app.say(isCopied ? "Copied." : "The browser does not let it be copied.");
      })}
  >
    Copy<span class="unseen"> ${what}</span>
  </button>`;
