import { checkCaliper } from "../caliper/check.ts";
import { checkXapi } from "../xapi/check.ts";
import type { Side } from "./understand.ts";

/** What a standard's checker refuses in a statement, in each version of the standard: where, what, and by which section. */
export const refusalsOf = (side: Side, statement: unknown): readonly string[] => {
  const found =
    side === "caliper"
      ? checkCaliper(statement, "1.2")
      : side === "xapi"
        ? (["1.0.3", "2.0.0"] as const).flatMap((version) => checkXapi(statement, version))
        : [];
  return [
    ...new Set(found.map(({ pointer, message, section }) => `${pointer || "/"} ${message} (${section})`)),
  ];
};
