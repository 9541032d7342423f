import type { App } from "../app.ts";

/**
 * Asks before a view with a text that is not saved is left: by a link, or with the browser's tab. The browser's way back
 * cannot be asked for; `discard` is called only where somebody said yes.
 */
export const askBeforeLeaving = (
  { leaving }: Pick<App, "leaving">,
  isUnsaved: () => boolean,
  discard: () => void,
): void => {
  const options = { capture: true, signal: leaving };
  addEventListener(
    "beforeunload",
    (event) => {
      if (isUnsaved()) event.preventDefault();
    },
    options,
  );
  document.addEventListener(
    "click",
    (event) => {
      const link = event.target instanceof Element ? event.target.closest("a") : null;
      const leads = link !== null && link.target === "" && !link.getAttribute("href")?.startsWith("#");
      const isElsewhere =
        event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
      if (!leads || isElsewhere || !isUnsaved()) return;
      if (confirm("The text is not saved. Leave it all the same?")) discard();
      else event.preventDefault();
    },
    options,
  );
};
