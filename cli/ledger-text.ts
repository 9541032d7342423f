import type { Trouble } from "../src/archive/damaged.ts";
import { counted } from "../src/counted.ts";
import { reasons } from "../src/event/reason.ts";
import type { Accounts } from "../src/ledger/accounts.ts";
import { type Depths, type Fault, sentenceOf } from "../src/ledger/balance.ts";
import { accountLines, quarantinedOf, withheldLines } from "../src/ledger/text.ts";
import type { Window } from "../src/ledger/window.ts";
import { bold, green, red } from "./paint.ts";
import { passedOverLines } from "./passed-over.ts";
import { visibleJson } from "./visible.ts";

/** Accounts that were drawn up, and what was found at fault with them. */
export interface Drawn {
  readonly stage: string;
  readonly day: string | undefined;
  readonly window: Window;
  readonly accounts: Accounts;
  /** What the queues held whenever they were asked. */
  readonly asked: readonly Depths[];
  readonly faults: readonly Fault[];
  /** Objects that could not be read: what was in them is in no account. */
  readonly passedOver: readonly Trouble[];
}

export const ledgerText = ({ stage, day, window, accounts, asked, faults, passedOver }: Drawn): string => {
  const { accepted } = accounts;
  const when =
    day === undefined ? `since ${window.counted.from}, the first day of which all is kept` : `on ${day}`;
  return [
    bold(`What came in ${when} (${stage})`),
    `  ${counted(accepted, "accepted event")}, ${quarantinedOf(accounts)} in quarantine`,
    ...withheldLines(accounts),
    ...quarantineLines(accounts),
    "",
    bold("What became of it"),
    ...accountLines(accounts),
    ...waitingLines(accounts, asked.at(-1)),
    "",
    ...(faults.length === 0
      ? [green("Balanced: received = delivered + filtered + set aside + waiting, for every endpoint.")]
      : [red("Not balanced."), ...faults.map((fault) => `  ${sentenceOf(fault)}`)]),
    ...setAsideLines(accounts),
    ...passedOverLines(passedOver),
  ].join("\n");
};

export const ledgerJson = ({ stage, day, window, accounts, asked, faults, passedOver }: Drawn): string => {
  const drawn = { balanced: faults.length === 0, stage, day, since: window.counted.from };
  const found = faults.map((fault) => ({ ...fault, message: sentenceOf(fault) }));
  return visibleJson({ ...drawn, ...accounts, queues: asked.at(-1), faults: found, passedOver });
};

/** Each reason with what to do about it. */
const quarantineLines = ({ quarantined }: Accounts): readonly string[] =>
  entriesOf(quarantined).map(
    ([reason, count]) => `  ${String(count).padStart(6)}  ${reason.padEnd(18)} ${reasons[reason]}`,
  );

const entriesOf = (quarantined: Accounts["quarantined"]) =>
  (Object.keys(reasons) as (keyof typeof reasons)[]).flatMap((reason) => {
    const count = quarantined[reason] ?? 0;
    return count > 0 ? [[reason, count] as const] : [];
  });

const waitingLines = ({ endpoints }: Accounts, depths: Depths | undefined): readonly string[] => {
  const { events = 0, deliveries = {} } = depths ?? {};
  return [
    ...(events > 0 ? [`  ${counted(events, "message")} in the events queue, not counted yet.`] : []),
    ...endpoints.flatMap(({ endpoint, waiting }) =>
      waiting > 0
        ? [
            `  ${endpoint}: ${waiting} wait; its queue holds ${counted(deliveries[endpoint] ?? 0, "message")}.`,
          ]
        : [],
    ),
  ];
};

const setAsideLines = ({ endpoints }: Accounts): readonly string[] =>
  endpoints.some(({ setAside }) => setAside > 0)
    ? ["Why something is set aside, and what to do: jlt failures"]
    : [];
