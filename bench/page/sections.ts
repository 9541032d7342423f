import { BENCHES } from "../benches.ts";

/** The heading of a bench's section. */
export const headingOf = (bench: string): string =>
  BENCHES.find(({ name }) => name === bench)?.heading ?? bench;

/** A link to a bench's section of the page. */
export const linkTo = (bench: string, text: string): string => `[${text}](#${anchorOf(headingOf(bench))})`;

/** By which name a heading can be linked to, as GitHub makes it. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, "")
    .replaceAll(" ", "-");
