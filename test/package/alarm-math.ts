/**
 * As much of CloudWatch's metric math as the alarms use, for one point in time:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 * Written from that page, without a look at the alarms. What it does not know, it throws at.
 */
export interface Moment {
  /** When the point begins. */
  readonly at: Date;
  /** The metrics that have a point then. */
  readonly values: Readonly<Record<string, number>>;
  /** AWS does not say what FILL makes of a metric that has no point at all: where false, nothing. By default, it fills. */
  readonly fills?: boolean;
}

/** What part of an expression comes to: a number as it is written, or a time series, which may have no point then. */
interface Part {
  readonly isSeries: boolean;
  readonly value: number | undefined;
}

/** The expression's value, or undefined where it has no point. */
export const evaluated = (expression: string, moment: Moment): number | undefined => {
  const tokens = expression.match(/[A-Za-z_]\w*|\d+(?:\.\d+)?|[<>=!]=|[-+*/<>(),]/g) ?? [];
  if (tokens.join("") !== expression.replaceAll(" ", "")) throw new Error(`What is this? ${expression}`);
  let next = 0;
  const take = (expected?: string): string => {
    const token = tokens[next++];
    if (token === undefined || (expected !== undefined && token !== expected))
      throw new Error(`${expression}: ${expected ?? "something"} is missing.`);
    return token;
  };

  /** The operators that bind least come first; those of one kind go from left to right. */
  const binary = (level: number): Part => {
    const kind = OPERATORS[level];
    if (kind === undefined) return single();
    let left = binary(level + 1);
    for (let operator = tokens[next]; operator !== undefined && operator in kind; operator = tokens[next]) {
      next++;
      const of: Operator | undefined = kind[operator];
      if (of !== undefined) left = joined(of, left, binary(level + 1));
    }
    return left;
  };

  const single = (): Part => {
    const token = take();
    if (token === "(") {
      const value = binary(0);
      take(")");
      return value;
    }
    if (/^\d/.test(token)) return { isSeries: false, value: Number(token) };
    if (tokens[next] !== "(") {
      if (!/^[a-z]/.test(token)) throw new Error(`${token} is no name of a metric.`);
      return { isSeries: true, value: moment.values[token] };
    }
    take("(");
    const given = [binary(0)];
    while (tokens[next] === ",") {
      take(",");
      given.push(binary(0));
    }
    take(")");
    return { isSeries: true, value: call(token, given, moment) };
  };

  const { value } = binary(0);
  if (next < tokens.length) throw new Error(`${expression}: nothing is expected after ${tokens[next - 1]}.`);
  return value;
};

/** Of two series, one that has no point counts as 0 where the other has one; with a number it stays without one. */
const joined = (operator: Operator, left: Part, right: Part): Part => {
  const bothSeries = left.isSeries && right.isSeries;
  const points = [left, right].filter(({ value }) => value !== undefined).length;
  const value =
    points === 2 || (points === 1 && bothSeries) ? operator(left.value ?? 0, right.value ?? 0) : undefined;
  return { isSeries: left.isSeries || right.isSeries, value };
};

const yes = (is: boolean): number => (is ? 1 : 0);

type Operator = (left: number, right: number) => number;

const OPERATORS: readonly Readonly<Record<string, Operator>>[] = [
  { OR: (left, right) => yes(left !== 0 || right !== 0) },
  { AND: (left, right) => yes(left !== 0 && right !== 0) },
  {
    "<": (left, right) => yes(left < right),
    ">": (left, right) => yes(left > right),
    "<=": (left, right) => yes(left <= right),
    ">=": (left, right) => yes(left >= right),
    "==": (left, right) => yes(left === right),
    "!=": (left, right) => yes(left !== right),
  },
  { "+": (left, right) => left + right, "-": (left, right) => left - right },
  { "*": (left, right) => left * right, "/": (left, right) => left / right },
];

/** A point is as old as its beginning. DAY and HOUR may tell more points than their series has: here they do not. */
const call = (
  name: string,
  [first, second, third]: readonly (Part | undefined)[],
  { at, fills = true }: Moment,
): number | undefined => {
  switch (name) {
    case "FILL":
      return first?.value ?? (fills ? second?.value : undefined);
    case "IF":
      if (first?.value === undefined) return undefined;
      return first.value === 0 ? third?.value : second?.value;
    case "DAY":
      return first?.value === undefined ? undefined : at.getUTCDay() || 7;
    case "HOUR":
      return first?.value === undefined ? undefined : at.getUTCHours();
    default:
      throw new Error(`There is no function ${name} here.`);
  }
};
