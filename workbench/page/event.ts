import { html, nothing, type TemplateResult } from "lit-html";
import type { EventDetail } from "../api/event.ts";
import { type MakeView, ServerTrouble } from "./app.ts";
import { eventAbout } from "./event-about.ts";
import { eventEnding } from "./event-ending.ts";
import { explained } from "./event-explained.ts";
import { lightIn, panelOf, RAW, type ShownEvent } from "./event-spot.ts";
import { jsonTrees, type Spot } from "./json-tree.ts";
import { type PlacesOf, placesIn } from "./light.ts";

/** One event from its raw form to what each endpoint received, side by side. */
export const eventView: MakeView = (app, id) => {
  let text = "";
  let detail: EventDetail | undefined;
  let places: PlacesOf = () => [];
  let isMissing = false;
  let pointed: Spot | undefined;
  let chosen: Spot | undefined;
  const light = (): void => {
    app.draw();
    requestAnimationFrame(showSource);
  };
  const forget = (): void => {
    text = "";
    detail = undefined;
    places = () => [];
    pointed = undefined;
    chosen = undefined;
    app.draw();
  };
  const tree = jsonTrees({
    pointed: (spot) => {
      pointed = spot;
      light();
    },
    chosen: (spot) => {
      chosen = spot;
      // The latest counts, wherever the mouse rests.
      pointed = undefined;
      light();
    },
  });
  const path = encodeURIComponent(id);
  app.every(5000, async () => {
    const latest = await app.get<EventDetail>(`/api/events/${path}`).catch((error: unknown) => {
      isMissing = error instanceof ServerTrouble && error.status === 404;
      // Whoever is erased is not to be read here any more.
      if (isMissing) forget();
      throw error;
    });
    const latestText = JSON.stringify(latest);
    if (latestText === text) return;
    text = latestText;
    detail = latest;
    places = placesIn(latest.raw, latest.data);
    app.draw();
  });
  return {
    get title() {
      return detail?.title ?? "Event";
    },
    draw: () => {
      if (detail === undefined)
        return isMissing
          ? html`<p><a href="/quarantine/${path}">Look for it in quarantine</a>, or <a href="/events">among all events</a></p>`
          : html`<p class="soft">Reading the event in the archive …</p>`;
      const shown: ShownEvent = { detail, places, spot: pointed ?? chosen };
      const lightOf = lightIn(shown);
      return html`
        ${eventAbout(app, detail)}
        <div class="event">
          <section class="event-raw" aria-labelledby="raw">
            <h2 id="raw">The event as it is archived</h2>
            ${unreadable(detail)}
            ${
              isRounded(detail.raw)
                ? html`<p class="note">
                    A number of it has more digits than this page can show, and is rounded here. The archive keeps it as it
                    came.
                  </p>`
                : nothing
            }
            ${tree(detail.raw, { panel: RAW, label: "The event as it is archived", lightOf: lightOf(RAW), litWord: "read for it" })}
          </section>
          <div class="event-endings">
            ${detail.unmade === undefined ? nothing : html`<p class="note">${detail.unmade}</p>`}
            ${detail.endpoints.map((ending) =>
              eventEnding(app, ending, (told) =>
                tree(told.statement, {
                  panel: panelOf(ending.name, told),
                  label: `${told.translation}, for ${ending.title}`,
                  lightOf: lightOf(panelOf(ending.name, told)),
                  litWord: "made of it",
                }),
              ),
            )}
          </div>
        </div>
        ${explained(shown)}
      `;
    },
  };
};

/** Whether any number is larger than what JavaScript can tell from the next one. */
const isRounded = (value: unknown): boolean =>
  typeof value === "number"
    ? Number.isInteger(value) && !Number.isSafeInteger(value)
    : typeof value === "object" && value !== null && Object.values(value).some(isRounded);

const unreadable = ({ unreadable }: EventDetail): TemplateResult | typeof nothing =>
  unreadable === undefined
    ? nothing
    : html`<p class="note">Nobody can read this event any more, so nothing can be made of it now: ${unreadable}</p>`;

/** Where the raw event scrolls in a box of its own, what lights up in it comes into sight. The page stays where it is. */
const showSource = (): void => {
  const box = document.querySelector(".event-raw .json");
  const lit = box?.querySelector(".json-lit");
  if (box == null || lit == null) return;
  const [inside, line] = [box.getBoundingClientRect(), lit.getBoundingClientRect()];
  if (line.top < inside.top || line.bottom > inside.bottom)
    box.scrollTop += line.top - inside.top - inside.height / 3;
};
