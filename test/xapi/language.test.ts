import { describe, it } from "node:test";
import { isLanguageTag } from "../../src/xapi/language.ts";
import { no, yes } from "./texts.ts";

describe("A language tag", () => {
  it("is one of RFC 5646", () => {
    yes(
      isLanguageTag,
      "en",
      "EN-gb",
      "zh-Hant-TW",
      "zh-cmn-Hans-CN",
      "es-419",
      "sl-rozaj-biske",
      "de-CH-1996",
      "hy-Latn-IT-arevela",
    );
    yes(
      isLanguageTag,
      "x-whatever",
      "de-x-a",
      "en-a-bbb-b-ccc-x-a",
      "qaa-Qaaa-QM",
      "i-klingon",
      "en-GB-oed",
      "zh-min-nan",
      "tlh",
      "sgn-BE-FR",
    );
  });

  it("is nothing else", () => {
    no(
      isLanguageTag,
      "",
      "-",
      "e",
      "en-",
      "-en",
      "en--gb",
      "en_GB",
      "english!",
      "abcdefghi",
      "419-de",
      "de-419-DE",
      "a-DE",
      "i-none",
    );
    no(
      isLanguageTag,
      "ar-a-aaa-b-bbb-a-ccc",
      "de-1901-1901",
      "en-x",
      "x",
      "en-a",
      "en-a-x-b",
      "en\n",
      "ſl",
      "en-K\u212a",
    );
  });
});
