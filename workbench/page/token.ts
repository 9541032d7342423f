/** The browser keeps it for this address, port and all, so that other tabs have it, and a page that is loaded anew. */
const KEY = "workbench-token";

/** Where a browser keeps nothing. */
let own = "";

/** Takes the token out of the printed address, where it is there: then it is in no address any more. */
export const takeToken = (): void => {
  const found = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (found === undefined) return;
  own = found;
  try {
    localStorage.setItem(KEY, found);
  } catch {
    // Then it is good for this page only.
  }
  history.replaceState(history.state, "", location.pathname + location.search);
};

/** What the server wants to see with every request. A workbench that was started anew has another one. */
export const token = (): string => {
  try {
    return localStorage.getItem(KEY) ?? own;
  } catch {
    return own;
  }
};
