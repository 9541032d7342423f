import { setTimeout as sleep } from "node:timers/promises";
import type { AddressedEndpoint } from "../endpoint/endpoint.ts";
import { isObject, parseJson } from "../event/json.ts";
import { askStore } from "./ask.ts";
import type { Access } from "./case.ts";
import type { Finding, Words } from "./finding.ts";

/** How often a store is asked for what it has just taken, and how long it is left in between, in milliseconds. */
const TRIES = 3;
const PAUSE = 500;

/** Whether the test statement is there, and voided (xAPI 1.0.3 Part Three, 2.1.3), as the store says. */
export const readBack = async (
  endpoint: AddressedEndpoint,
  access: Access,
  id: string,
  { good, note }: Words,
): Promise<Finding> => {
  const told = `It took the test statement ${id}, and the statement that voids it`;
  for (let round = 1; round <= TRIES; round++) {
    const asked = await askStore(endpoint, access, { voidedStatementId: id });
    if ("unanswered" in asked) return note(`${told}. Asked for it, it gave no answer. ${asked.unanswered}`);
    const { status, text } = asked.reply;
    if (status >= 200 && status < 300)
      return idIn(text) === id
        ? good(`${told}; it has it as voided.`)
        : note(
            `${told}. Asked for what was voided, it answered ${status}, but not with the statement.`,
            `Look at url in endpoints/${endpoint.name}.yml. If it is right, the store does not tell what is voided.`,
          );
    if (status === 401 || status === 403)
      return good(`${told}. It does not let us read, so that is all that can be known.`);
    if (round < TRIES) await sleep(PAUSE);
  }
  return note(
    `${told}, but does not show it as voided yet.`,
    "Some stores take a while. Ask it for voidedStatementId later.",
  );
};

const idIn = (text: string): string | undefined => {
  const read = parseJson(text);
  const id = "value" in read && isObject(read.value) ? read.value.id : undefined;
  return typeof id === "string" ? id.toLowerCase() : undefined;
};
