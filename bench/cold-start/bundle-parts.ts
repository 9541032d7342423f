/** What a bundle is made of: bytes by the package or folder they are from. */
export const partsOf = (code: string, map: string): ReadonlyMap<string, number> => {
  const sizes = new Map<string, number>();
  for (const [source, bytes] of bytesBySource(code, map)) {
    const name = packageOf(source);
    sizes.set(name, (sizes.get(name) ?? 0) + bytes);
  }
  return sizes;
};

/** A bundle's bytes by the files that they are from, by its source map (https://tc39.es/ecma426/). */
export const bytesBySource = (code: string, map: string): ReadonlyMap<string, number> => {
  const { mappings, sources }: { readonly mappings: string; readonly sources: readonly string[] } =
    JSON.parse(map);
  const lines = code.split("\n");
  const sizes = new Map<string, number>();
  let source = 0;
  for (const [row, line] of mappings.split(";").entries()) {
    let column = 0;
    let from: { readonly name: string; readonly column: number } | undefined;
    const close = (end: number): void => {
      if (from !== undefined) sizes.set(from.name, (sizes.get(from.name) ?? 0) + end - from.column);
    };
    for (const segment of line === "" ? [] : line.split(",")) {
      const [columns = 0, toSource = 0] = numbersIn(segment);
      column += columns;
      source += toSource;
      close(column);
      from = { name: sources[source] ?? "", column };
    }
    close(lines[row]?.length ?? 0);
  }
  return sizes;
};

/** `@aws-sdk/client-s3`, or of the project itself `src`, `functions` or `compiled-site`. */
const packageOf = (path: string): string => {
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
  return name ?? /(?:^|\/|^)(compiled-site|src|functions)(?:[/:]|$)/.exec(path)?.[1] ?? "other";
};

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The numbers of a segment: base 64, five bits in each digit, the sign in the last bit. */
const numbersIn = (segment: string): readonly number[] => {
  const numbers: number[] = [];
  let [value, shift] = [0, 0];
  for (const digit of segment) {
    const bits = DIGITS.indexOf(digit);
    value += (bits & 31) << shift;
    shift += 5;
    if ((bits & 32) !== 0) continue;
    numbers.push((value & 1) === 1 ? -(value >> 1) : value >> 1);
    [value, shift] = [0, 0];
  }
  return numbers;
};
