import { createHash } from "node:crypto";
import { STYLE } from "./style.ts";

/** HTML that is ready to be sent. */
export interface Html {
  readonly html: string;
}

/** Writes HTML: every text in it is escaped, and only what was written so before is taken as it is. */
export const html = (
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[])[]
): Html => ({
  html: parts.map((part, at) => part + (at < values.length ? written(values[at] ?? "") : "")).join(""),
});

const written = (value: string | number | Html | readonly Html[]): string => {
  if (typeof value === "string" || typeof value === "number") return escaped(plain(String(value)));
  return "html" in value ? value.html : value.map((each) => each.html).join("");
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`);

/** Without what a reader cannot see: control characters, and those that turn the direction of writing round. */
const plain = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
    .replace(/\p{Cf}/gu, "");

/** A whole page: a title, which is its heading as well, and what is in it. `above` stands before the main part. */
export const pageOf = (title: string, main: Html, above: Html = html``): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${{ html: STYLE }}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
${above}
<main id="main" tabindex="-1">
<h1>${title}</h1>
${main}
</main>
</body>
</html>
`.html;

/** Nothing but the style in the page itself, known by its hash; forms go nowhere else; nobody may frame it. */
export const POLICY = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;
