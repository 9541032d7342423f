import { places } from "./places.ts";

/** Leads from one of the page's addresses to another, without loading it anew. */
export interface Router {
  go(path: string): void;
  /** The page is drawn. */
  drawn(): void;
}

/** Follows links to the page's own paths, and the browser's ways back and forth; `open` shows what is at the address. */
export const routerFor = (open: () => void): Router => {
  const place = places();
  /** What of the address tells which view is open. */
  let shown = here();

  const arrive = (): void => {
    shown = here();
    open();
    // Whoever hears the page, or goes on by the keyboard, is at its beginning.
    requestAnimationFrame(() => {
      scrollTo(0, 0);
      document.getElementById("main")?.focus({ preventScroll: true });
    });
  };

  const go = (path: string, link?: HTMLAnchorElement): void => {
    place.leave(link);
    place.forget();
    history.pushState(null, "", path);
    arrive();
  };

  const follow = (event: MouseEvent): void => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link === null || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.origin !== location.origin || link.hasAttribute("download") || link.target !== "") return;
    if (link.getAttribute("href")?.startsWith("#")) {
      // The address may have become another while the view stayed.
      shown = here();
      return;
    }
    event.preventDefault();
    go(link.pathname + link.search + link.hash, link);
  };

  /** Somebody went back or forth; a place within a view is still the same view. */
  const reopen = (): void => {
    if (shown === here()) return;
    place.comeBack();
    arrive();
  };

  document.addEventListener("click", follow);
  addEventListener("popstate", reopen);
  return { go: (path) => go(path), drawn: place.drawn };
};

const here = (): string => location.pathname + location.search;
