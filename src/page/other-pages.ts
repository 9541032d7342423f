import type { ConsentPolicy } from "../consent/policy.ts";
import { type DataPart, tooLargeFor } from "./data.ts";
import { html, pageOf } from "./html.ts";
import { formToken, signedIn } from "./own-page.ts";
import type { Session } from "./session.ts";

/** Says how to come in; `why` where somebody tried. */
export const wayIn = (hub: string, address: string, why?: string): string =>
  pageOf(
    `What ${hub} collects about you`,
    html`${why === undefined ? html`` : html`<p class="said" role="alert">${why}</p>`}
<p>This page shows what is collected about you while you work in Jupyter, where it goes, and how to stop it. It must know who you are, so the way in leads through the hub.</p>
<p><a class="button main" href="${address}">Go to the hub and sign in</a></p>`,
  );

/** Asks whether the learner means it. */
export const erasePage = (session: Session, { policy }: ConsentPolicy): string =>
  pageOf(
    "Have your data erased?",
    html`<p>An administrator is asked to erase everything that is kept of you here. Once it is erased, it cannot be had back. Systems that were told of you are asked to take it back where they can; for the others, the administrator gets a list.</p>
<p>You may want to <a href="/data">download your data</a> first.</p>
${
  policy === "required-by-site"
    ? html`<p>Your institution requires that this is collected, so collecting goes on, and the administrator may have to keep some of it. They will tell you.</p>`
    : html`<p>From within a minute on, nothing more will be collected about you, unless you say yes again.</p>`
}
<div class="forms">
<form method="post" action="/erase">${formToken(session)}<button class="main">Yes, ask for my data to be erased</button></form>
<p><a class="button" href="/">No, go back</a></p>
</div>`,
    signedIn(session),
  );

/** A part of the learner's data, to be downloaded. `after` is where it begins; the file ends where the part did. */
export const dataPage = (session: Session, part: DataPart, after: string | undefined): string => {
  const { number, records, leftOut, text, end, next } = part;
  const file = `/data.ndjson?${after === undefined ? "" : `after=${after}&`}until=${end}`;
  const isAll = number === 1 && next === undefined;
  const size = `${records} ${records === 1 ? "record" : "records"}, ${sizeOf(text)}`;
  return pageOf(
    isAll ? "Your data" : `Your data, part ${number}`,
    html`${
      text === "" && next === undefined
        ? html`<p>${isAll ? "Nothing is kept of you." : "There is nothing more."}</p>`
        : html`<p>${isAll ? "This is all that is kept of you" : `Part ${number} of what is kept of you`}: ${size}. It is a text file with a record in JSON on each line (NDJSON).</p>
<p><a class="button main" href="${file}">${isAll ? "Download your data" : `Download part ${number}`}</a></p>`
    }
${leftOut === 0 ? html`` : html`<p class="said">${tooLargeFor(leftOut)}</p>`}
${next === undefined ? html`` : html`<p>There is more to be searched than goes into one file.</p><p><a class="button" href="/data?after=${next}">Go to part ${number + 1}</a></p>`}
${number > 1 && next === undefined ? html`<p>This is the last part.</p>` : html``}
<p><a href="/">Back to your page</a></p>`,
    signedIn(session),
  );
};

/** Says that something did not work, and what to do. */
export const troublePage = (message: string): string =>
  pageOf(
    "This did not work",
    html`<p class="said" role="alert">${message}</p>
<p><a href="/">Back to your page</a></p>`,
  );

const sizeOf = (text: string): string => {
  const bytes = new TextEncoder().encode(text).length;
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
};
