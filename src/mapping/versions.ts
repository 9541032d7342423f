import { mapValues, type Tree, type ValueTree } from "./tree.ts";
import type { Side, UnderstoodMapping } from "./understand.ts";

/**
 * A mapping as every version of its event's schema lets it be understood: the code is the same for all, so a value is
 * sure to be there only if each version says so. Undefined where there is no version.
 */
export const inAllVersions = (versions: readonly UnderstoodMapping[]): UnderstoodMapping | undefined => {
  const [first, ...others] = versions;
  if (first === undefined || others.length === 0) return first;
  return {
    ...first,
    translations: first.translations.map((translation, at) => ({
      ...translation,
      sides: Object.fromEntries(
        Object.entries(translation.sides).map(([side, tree]) => [
          side,
          sureInAll(
            tree,
            others.flatMap(({ translations }) => translations[at]?.sides[side as Side] ?? []),
          ),
        ]),
      ),
    })),
  };
};

/** Trees of one text have their values in the same order. */
const sureInAll = (tree: Tree, others: readonly Tree[]): Tree => {
  const known = others.map(valuesIn);
  let at = 0;
  return mapValues(tree, (value) => {
    const position = at++;
    return { ...value, sure: value.sure === true && known.every((each) => each[position]?.sure === true) };
  });
};

const valuesIn = (tree: Tree): readonly ValueTree[] => {
  const values: ValueTree[] = [];
  mapValues(tree, (value) => {
    values.push(value);
    return value;
  });
  return values;
};
