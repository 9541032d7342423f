/** Tags of old that RFC 5646 keeps although they do not fit its form; those that do fit need no list. */
const IRREGULAR =
  "en-gb-oed i-ami i-bnn i-default i-enochian i-hak i-klingon i-lux i-mingo i-navajo i-pwn i-tao i-tay i-tsu " +
  "sgn-be-fr sgn-be-nl sgn-ch-de";
const irregular: ReadonlySet<string> = new Set(IRREGULAR.split(" "));

const LANGUAGE = "(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})";
const SCRIPT = "(?:-[a-z]{4})?";
const REGION = "(?:-(?:[a-z]{2}|\\d{3}))?";
const VARIANTS = "((?:-(?:[a-z0-9]{5,8}|\\d[a-z0-9]{3}))*)";
const EXTENSIONS = "((?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*)";
const PRIVATE = "x(?:-[a-z0-9]{1,8})+";
const TAG = new RegExp(
  `^(?:${LANGUAGE}${SCRIPT}${REGION}${VARIANTS}${EXTENSIONS}(?:-${PRIVATE})?|${PRIVATE})$`,
);

/**
 * Whether a text is a language tag (RFC 5646, 2.1), without a variant or an extension twice (2.2.9). Whether its
 * parts are registered is not looked up.
 */
export const isLanguageTag = (text: string): boolean => {
  const tag = text.toLowerCase();
  if (!/^[a-z0-9-]+$/i.test(text)) return false;
  if (irregular.has(tag)) return true;
  const parts = TAG.exec(tag);
  if (parts === null) return false;
  const [, variants = "", extensions = ""] = parts;
  const singletons = [...extensions.matchAll(/-([0-9a-wy-z])(?=-)/g)].map(([, letter = ""]) => letter);
  return isDistinct(variants.split("-").slice(1)) && isDistinct(singletons);
};

const isDistinct = (texts: readonly string[]): boolean => new Set(texts).size === texts.length;
