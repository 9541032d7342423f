import { ANY, type Node, type Repeat, readPattern } from "./pattern.ts";

/** Whether a pattern can be tried on any text at little effort, or only on short ones, or what is wrong with it. */
export type Effort =
  | { readonly effort: "little" | "by length" }
  | { readonly effort: "without bound"; readonly message: string; readonly at: number };

/** Longer patterns are no work of people. */
const LONGEST_PATTERN = 1000;

/** Repeats that leave more choices than this are judged by what they can match, others by counting the choices. */
const FEW = 10;

/** How many ways there may be to try a pattern at one place of a text. */
const MOST_WAYS = 4096;

/** How many of them there may be where the text is long, or the pattern repeats without end. */
const FEW_WAYS = 64;

/**
 * How long a pattern can run, seen from its shape. It errs on the side of caution: a pattern may be refused that is
 * harmless, as no shape tells for sure. What passes takes at most a time that grows as the square of the length.
 */
export const effortOf = (pattern: string): Effort => {
  if (pattern.length > LONGEST_PATTERN)
    return refusal(`This pattern is longer than ${LONGEST_PATTERN} characters: make it simpler.`, 0);
  const fault = syntaxFault(pattern);
  if (fault !== undefined) return refusal(`This is not a regular expression: ${fault}.`, 0);
  const tree = readPattern(pattern);
  const open = repeatsIn(tree).some(({ most }) => most === Number.POSITIVE_INFINITY);
  const trouble = nested(tree) ?? overlapping(tree) ?? (open ? again(tree) : undefined);
  if (trouble !== undefined) return trouble;
  const ways = waysOf(tree);
  if (ways > (open ? FEW_WAYS : MOST_WAYS))
    return refusal(
      "There are too many ways to match this pattern, and all may be tried: make it simpler.",
      0,
    );
  return { effort: open || (ways > FEW_WAYS && !isAnchored(tree)) ? "by length" : "little" };
};

const refusal = (message: string, at: number): Effort & { readonly effort: "without bound" } => ({
  effort: "without bound",
  message,
  at,
});

const syntaxFault = (pattern: string): string | undefined => {
  try {
    new RegExp(pattern, "u");
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return message.slice(message.lastIndexOf(": ") + 2).toLowerCase();
  }
};

const partsOf = (node: Node): readonly Node[] => {
  if (node.kind === "sequence") return node.parts;
  if (node.kind === "choice") return node.branches;
  return node.kind === "repeat" || node.kind === "look" ? [node.body] : [];
};

const allIn = (node: Node): readonly Node[] => [node, ...partsOf(node).flatMap(allIn)];

const repeatsIn = (node: Node): readonly Repeat[] => allIn(node).filter((each) => each.kind === "repeat");

const isOpen = ({ most }: Repeat): boolean => most === Number.POSITIVE_INFINITY;

/** Repeats inside of what is repeated: a text could be divided among them in more ways than can be tried. */
const nested = (tree: Node): Effort | undefined => {
  for (const outer of repeatsIn(tree)) {
    if (outer.most <= 1) continue;
    const inner = repeatsIn(outer.body).find(
      (each) => isOpen(each) || (isOpen(outer) && each.least !== each.most),
    );
    if (inner !== undefined) {
      const message = `The repeat ${inner.text} is inside of ${outer.text}, which is repeated as well; on some texts that takes for ever. Repeat only one of them, or say of each how often at most, such as {1,9}.`;
      return refusal(message, inner.at);
    }
    if (isOpen(outer) && waysOf(outer.body) > 1) {
      const message = `The alternatives in ${outer.text} can begin with the same character, and are repeated; on some texts that takes for ever. Let each begin with another character.`;
      return refusal(message, outer.at);
    }
  }
  return undefined;
};

const again = (tree: Node): Effort | undefined => {
  const found = allIn(tree).find((each) => each.kind === "again");
  return found === undefined
    ? undefined
    : refusal("A pattern that repeats cannot ask for the text of a group again: write it out.", found.at);
};

/** What a pattern takes, one after the other. */
interface Step {
  readonly set: bigint;
  /** The repeat that can take few or many characters here. */
  readonly wide: Repeat | undefined;
  readonly must: boolean;
  /** Whether it only looks: it is tried again for every end of a repeat before it, but takes nothing itself. */
  readonly look?: boolean;
}

/** Two repeats that can take the same characters, with nothing between them that shows where one ends. */
const overlapping = (tree: Node): Effort | undefined => {
  const alone = [tree, ...allIn(tree).flatMap((each) => (each.kind === "look" ? [each.body] : []))];
  for (const steps of alone.flatMap(waysThrough)) {
    for (const [from, one] of steps.entries()) {
      if (one.wide === undefined || one.look) continue;
      for (let to = from + 1; to < steps.length; to++) {
        const other = steps[to];
        if (other === undefined) break;
        if (other.wide !== undefined && (one.set & other.set) !== 0n) {
          const message = `The repeats ${one.wide.text} and ${other.wide.text} can match the same characters, and a text may be divided between them in many ways. Put something between them that one of them cannot match, as in [^=]*=.*`;
          return refusal(message, other.wide.at);
        }
        // Whoever comes later cannot take what the first one took.
        if (other.must && (other.set & one.set) === 0n) break;
        // Nor can it reach beyond this, if it cannot match it itself.
        if (other.must && isBorder(other, steps.slice(to + 1))) break;
      }
    }
  }
  return undefined;
};

const isBorder = ({ set }: Step, later: readonly Step[]): boolean =>
  later.every((each) => each.wide === undefined || (each.set & set) === 0n);

/** The branches that a pattern may take; past this many, they are read as one long sequence. */
const MOST_BRANCHES = 64;

const MOST_STEPS = 2000;

const waysThrough = (node: Node): readonly (readonly Step[])[] => {
  switch (node.kind) {
    case "one":
      return [[{ set: node.set, wide: undefined, must: true }]];
    case "sequence":
      return node.parts.map(waysThrough).reduce(joined, [[]]);
    case "choice":
      return bounded(node.branches.flatMap(waysThrough));
    case "repeat":
      return waysThroughRepeat(node);
    case "look":
      return waysThrough(node.body).map((steps) =>
        steps.map((each) => ({ ...each, must: false, look: true })),
      );
    default:
      return [[]];
  }
};

const waysThroughRepeat = (repeat: Repeat): readonly (readonly Step[])[] => {
  const { body, least, most } = repeat;
  const must = least > 0;
  if (repeatsIn(body).every((each) => each.least === each.most) && waysOf(body) === 1) {
    const set = allIn(body).reduce((all, each) => (each.kind === "one" ? all | each.set : all), 0n);
    return [[{ set, wide: most - least >= FEW ? repeat : undefined, must }]];
  }
  const once = waysThrough(body).map((steps) => steps.map((each) => ({ ...each, must: each.must && must })));
  if (most === 1 || !once.flat().some(({ wide }) => wide !== undefined)) return once;
  // Twice is enough to see whether one round can take what belongs to the next. What is endless is refused.
  const endless: Step = { set: ANY, wide: repeat, must };
  return once.flat().length > MOST_STEPS ? [[endless, endless]] : joined(once, once);
};

const joined = (
  some: readonly (readonly Step[])[],
  others: readonly (readonly Step[])[],
): readonly (readonly Step[])[] =>
  some.length * others.length > MOST_BRANCHES
    ? [maybe([...some, ...others])]
    : some.flatMap((one) => others.map((other) => [...one, ...other]));

const bounded = (ways: readonly (readonly Step[])[]): readonly (readonly Step[])[] =>
  ways.length > MOST_BRANCHES ? [maybe(ways)] : ways;

const maybe = (ways: readonly (readonly Step[])[]): readonly Step[] =>
  ways.flat().map((each) => ({ ...each, must: false }));

/** In how many ways a pattern can be tried at one place, apart from its wide repeats. */
const waysOf = (node: Node): number => {
  switch (node.kind) {
    case "sequence":
      return node.parts.reduce((ways, each) => ways * waysOf(each), 1);
    case "choice": {
      const ways = node.branches.map(waysOf);
      return isDecided(node.branches) ? Math.max(...ways) : ways.reduce((sum, each) => sum + each, 0);
    }
    case "look":
      return waysOf(node.body);
    case "repeat": {
      const { body, least, most } = node;
      const each = waysOf(body);
      if (most - least >= FEW) return each === 1 ? 1 : each ** most;
      let ways = 0;
      for (let times = least; times <= most; times++) ways += each ** times;
      return ways;
    }
    default:
      return 1;
  }
};

/** Whether the first character decides which branch it is. */
const isDecided = (branches: readonly Node[]): boolean => {
  let taken = 0n;
  for (const branch of branches) {
    const first = firstOf(branch);
    if (first === undefined || (taken & first) !== 0n) return false;
    taken |= first;
  }
  return true;
};

/** The characters that something can begin with; undefined where it may be empty, or is not known. */
const firstOf = (node: Node): bigint | undefined => {
  if (node.kind === "one") return node.set;
  if (node.kind === "sequence") {
    const first = node.parts.find((each) => each.kind !== "nothing" && each.kind !== "look");
    return first === undefined ? undefined : firstOf(first);
  }
  if (node.kind === "repeat") return node.least > 0 ? firstOf(node.body) : undefined;
  if (node.kind !== "choice") return undefined;
  const firsts = node.branches.map(firstOf);
  return firsts.every((each) => each !== undefined)
    ? firsts.reduce((all, each) => all | each, 0n)
    : undefined;
};

const isAnchored = (node: Node): boolean => {
  if (node.kind === "nothing") return node.text === "^";
  if (node.kind === "choice") return node.branches.every(isAnchored);
  const [first] = node.kind === "sequence" ? node.parts : [];
  return first !== undefined && isAnchored(first);
};
