import { counted } from "../src/counted.ts";
import { type Finding, isBad } from "../src/doctor/finding.ts";
import { bold, dim, green, red, yellow } from "./paint.ts";
import { visible } from "./visible.ts";

/** How an end is shown: a mark for the eye, and a word for whoever hears it. */
const ENDS: Readonly<
  Record<
    Finding["end"],
    { readonly mark: string; readonly word: string; readonly paint: (text: string) => string }
  >
> = {
  good: { mark: "✓", word: "good", paint: green },
  note: { mark: "!", word: "note", paint: yellow },
  bad: { mark: "✗", word: "wrong", paint: red },
  skipped: { mark: "–", word: "skipped", paint: dim },
};

/** A finding as it is shown, with what to do below it. */
export const findingText = ({ check, endpoint, end, told, mend }: Finding): string => {
  const { mark, word, paint } = ENDS[end];
  const whose = endpoint === undefined ? "" : `${bold(endpoint)}: `;
  const line = `${paint(`${mark} ${word.padEnd(7)}`)}  ${check.padEnd(14)}  ${whose}${visible(told)}`;
  return mend === undefined ? line : `${line}\n${" ".repeat(27)}→ ${visible(mend)}`;
};

/** What all of them come to. */
export const summaryText = (findings: readonly Finding[]): string => {
  const count = (end: Finding["end"]): number => findings.filter((each) => each.end === end).length;
  const parts = [
    counted(count("bad"), "thing").concat(" wrong"),
    counted(count("note"), "note"),
    `${count("skipped")} skipped`,
    `${count("good")} good`,
  ];
  return findings.some(isBad)
    ? red(`${parts.join(", ")}.`)
    : green(`Nothing is wrong: ${parts.slice(1).join(", ")}.`);
};
