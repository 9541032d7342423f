import { checkCaliper } from "../../src/caliper/check.ts";
import { checkXapi } from "../../src/xapi/check.ts";

/** What a standard's checker says of a statement, each problem as `pointer message`. */
export const problemsOf = (
  statement: unknown,
  { protocol, version }: { readonly protocol: string; readonly version: string },
): readonly string[] => {
  const found =
    protocol === "caliper"
      ? checkCaliper(statement, version === "1.1" ? "1.1" : "1.2")
      : checkXapi(statement, version === "2.0.0" ? "2.0.0" : "1.0.3");
  return found.map(({ pointer, message }) => `${pointer} ${message}`);
};
