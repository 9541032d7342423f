import { ENDS, type Finding, isBad, summaryOf } from "../src/doctor/finding.ts";
import { bold, dim, green, red, yellow } from "./paint.ts";
import { visible } from "./visible.ts";

const PAINTS: Readonly<Record<Finding["end"], (text: string) => string>> = {
  good: green,
  note: yellow,
  bad: red,
  skipped: dim,
};

/** A finding as it is shown, with what to do below it. */
export const findingText = ({ check, endpoint, end, told, mend }: Finding): string => {
  const { mark, word } = ENDS[end];
  const whose = endpoint === undefined ? "" : `${bold(endpoint)}: `;
  const line = `${PAINTS[end](`${mark} ${word.padEnd(7)}`)}  ${check.padEnd(14)}  ${whose}${visible(told)}`;
  return mend === undefined ? line : `${line}\n${" ".repeat(27)}→ ${visible(mend)}`;
};

/** What all of them come to. */
export const summaryText = (findings: readonly Finding[]): string =>
  (findings.some(isBad) ? red : green)(summaryOf(findings));
