import { count, dollars } from "../simulation/words.ts";
import type { Table } from "../support/result.ts";
import { amountsOf, PART_OF, PRICES } from "./cost.ts";
import { type Price, type PriceName, prices } from "./prices.ts";
import type { Traffic } from "./traffic.ts";

/** A month as AWS's bill has it, the dearest first: how much there is of each thing, its price, and whence that is known. */
export const billOf = (traffic: Traffic): Table => {
  const amounts = amountsOf(traffic);
  const costs = (name: PriceName): number => amounts[name] * prices[name].dollars;
  return [
    ["a month", "amount", "price", "for", "dollars", "as of"],
    ...PRICES.toSorted((one, other) => costs(other) - costs(one)).map((name) => {
      const price: Price = prices[name];
      const many = packOf(price);
      return [
        `${PART_OF[name]}: ${price.per}`,
        amountText(amounts[name]),
        `$${Number((price.dollars * many).toPrecision(6))}`,
        many === 1 ? "one" : count(many),
        dollars(costs(name)),
        knownBy(price),
      ];
    }),
  ];
};

/** For how many of a thing its price can be read: one, a thousand or a million. */
const packOf = ({ dollars: each }: Price): number => [1, 1000].find((many) => each * many >= 0.001) ?? 1e6;

const amountText = (amount: number): string =>
  amount >= 100 ? count(amount) : String(Number(amount.toPrecision(3)));

const knownBy = ({ month, assumed, quotedIn, ofYear }: Price): string => {
  if (assumed) return `${month}, assumed`;
  if (quotedIn === undefined) return `${month}, read`;
  return ofYear === undefined ? `${month}, quoted` : `${month}, quoted from ${ofYear}`;
};
