import type { App } from "./app.ts";

/** Leads the keyboard to the first of these elements that is there when the next frame is drawn. Call it after `app.draw()`. */
export const focusSoon = (...ids: readonly string[]): void => {
  requestAnimationFrame(() => {
    const found = ids.map((id) => document.getElementById(id)).find((each) => each !== null);
    found?.focus();
  });
};

/**
 * What a link to an element of the same view does when it is clicked: the keyboard is led there, and the address becomes the
 * link's. Without it, the page around would open the view anew.
 */
export const leadTo =
  (app: App, id: string): ((event: MouseEvent) => void) =>
  (event) => {
    const { button, metaKey, ctrlKey, shiftKey, altKey, currentTarget } = event;
    if (button !== 0 || metaKey || ctrlKey || shiftKey || altKey) return;
    if (!(currentTarget instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    history.replaceState(null, "", currentTarget.href);
    app.draw();
    focusSoon(id);
  };
