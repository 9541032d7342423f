/** Where somebody was on a page that they left by a link; it is kept with the page in the browser's history. */
interface Place {
  /** How far the page was scrolled. */
  readonly top: number;
  /** The link that was followed, and how far from the upper edge of the window it stood. */
  readonly link: { readonly href: string; readonly top: number } | undefined;
}

/** Keeps where somebody was, and leads them back there. */
export interface Places {
  /** The page is left: by this link, or by none. */
  leave(link: HTMLAnchorElement | undefined): void;
  /** Somebody came back to what was left before: what is drawn next is led to that place. */
  comeBack(): void;
  /** Somebody came to something else. */
  forget(): void;
  /** The page is drawn; as long as what was there before is not there again, it is looked for the next time. */
  drawn(): void;
}

/** For so long it is waited for what was there before, in milliseconds. */
const LONG = 5000;

export const places = (): Places => {
  let wanted: Place | undefined;
  let until = 0;
  const forget = (): void => {
    wanted = undefined;
  };
  // Whoever does something is not led elsewhere.
  for (const each of ["wheel", "keydown", "pointerdown", "touchstart"])
    addEventListener(each, forget, { passive: true, capture: true });
  return {
    leave: (link) => {
      const href = link?.closest("main") == null ? null : link.getAttribute("href");
      const place: Place = {
        top: scrollY,
        link: href === null || link === undefined ? undefined : { href, top: topOf(link) },
      };
      history.replaceState({ place }, "");
    },
    comeBack: () => {
      wanted = placeIn(history.state);
      until = performance.now() + LONG;
    },
    forget,
    drawn: () => {
      if (wanted !== undefined && (performance.now() > until || isThere(wanted))) forget();
    },
  };
};

/** Leads to a place, and says whether it could be reached. */
const isThere = ({ top, link }: Place): boolean => {
  if (link === undefined) {
    scrollTo(0, top);
    return Math.abs(scrollY - top) < NEAR;
  }
  const found = [...document.querySelectorAll<HTMLAnchorElement>("main a")].find(
    (each) => each.getAttribute("href") === link.href,
  );
  if (found === undefined) return false;
  found.focus({ preventScroll: true });
  scrollBy(0, topOf(found) - link.top);
  return Math.abs(topOf(found) - link.top) < NEAR;
};

/** So many pixels make no difference. */
const NEAR = 2;

const topOf = (element: Element): number => element.getBoundingClientRect().top;

/** Other pages' state, or that of former versions, is none. */
const placeIn = (state: unknown): Place | undefined => {
  if (typeof state !== "object" || state === null || !("place" in state)) return undefined;
  const { place } = state;
  return typeof place === "object" && place !== null && "top" in place ? (place as Place) : undefined;
};
