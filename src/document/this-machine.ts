/** Whether a url's host is this machine itself, as its words say; the form of the host is that of a parsed URL. */
export const isThisMachine = (host: string): boolean =>
  host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
