/** What the name of a header may be (RFC 9110, 5.6.2), as a pattern. */
export const HEADER_NAME = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$";
