import { isIPv4 } from "node:net";
import { everyAddress, type Resolve } from "../delivery/connections.ts";
import { unreachable } from "../delivery/unreachable.ts";
import { isThisMachine } from "../document/this-machine.ts";
import { literalAddress, mayReach } from "../endpoint/address.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";
import { within } from "./bounded.ts";
import type { Address, Case } from "./case.ts";
import { type Finding, wordsOf } from "./finding.ts";
import type { DoctorParts } from "./parts.ts";

/** How long finding a host's addresses may take, in milliseconds. */
const PATIENCE = 5000;

/** Whether an endpoint's hosts are there, and at addresses where its file allows it to be. */
export async function* examineHosts(
  each: Case,
  { stage, resolve = everyAddress, isHere = isThisMachine }: HostParts,
): AsyncGenerator<Finding> {
  const { endpoint, addresses } = each;
  if (typeof endpoint.url !== "string")
    yield wordsOf("host", endpoint.name).note(
      "Each learner's launch says where it is: only the hosts that its file lists can be looked at.",
    );
  for (const address of addresses) {
    const found = isHere(address.url.hostname)
      ? itself(endpoint, address, stage)
      : await lookAt(endpoint, address, resolve, stage);
    if (found.end === "bad") each.fallen = "host";
    yield found;
  }
}

type HostParts = Pick<DoctorParts, "stage" | "resolve" | "isHere">;

/** What runs in AWS has another machine for its own. */
const itself = ({ name }: Endpoint, { of, url }: Address, stage: string | undefined): Finding => {
  const { good, bad } = wordsOf("host", name);
  return stage === undefined
    ? good(`${url.hostname} is this machine itself.`)
    : bad(
        `${url.hostname} is this machine itself. In AWS that is the function itself, where nothing listens.`,
        `Write the address at which the functions reach it into endpoints/${name}.yml, as ${of}.`,
      );
};

const lookAt = async (
  { name, network }: Endpoint,
  { of, url }: Address,
  resolve: Resolve,
  stage: string | undefined,
): Promise<Finding> => {
  const { good, note, bad } = wordsOf("host", name);
  const { hostname } = url;
  const look = `Look at ${of} in endpoints/${name}.yml`;
  const literal = literalAddress(hostname);
  let found: readonly string[];
  try {
    const resolved =
      literal === undefined ? await within(PATIENCE, resolve(hostname)) : [{ address: literal }];
    found = resolved.map(({ address }) => address);
  } catch (error) {
    const { code } = unreachable(error);
    return code === "ENOTFOUND"
      ? bad(
          `There is no host ${hostname}, as far as this machine can tell.`,
          `${look}, and at the spelling of the host.`,
        )
      : bad(
          `${hostname} cannot be looked up now (${code}).`,
          "Look at this machine's network, and try again.",
        );
  }
  const open = found.filter((address) => mayReach(address, hostname, network));
  const [first] = open;
  if (first === undefined)
    return bad(
      found.length === 0
        ? `${hostname} has no address.`
        : `${hostname} leads to ${found.slice(0, NAMED).join(", ")}, where network: ${network} lets nothing be sent.`,
      network === "public"
        ? `${look}. If it is in a network of your own, say network: private there; and mind from where the functions reach it.`
        : `${look}.`,
    );
  const told = `${hostname} is ${first}${open.length > 1 ? ` and ${open.length - 1} more` : ""}`;
  if (stage !== undefined && !open.some(isIPv4))
    return note(
      `${told}: it has IPv6 addresses only, and functions reach IPv4 alone.`,
      "Ask whoever runs it for an IPv4 address as well. Functions that you have put into a network of your own may reach it.",
    );
  return open.length === found.length
    ? good(`${told}.`)
    : note(
        `${told}; ${found.length - open.length} of its addresses are where network: ${network} lets nothing be sent.`,
        "Those are left out. Ask whoever runs its name server why they are there.",
      );
};

/** So many addresses are named. */
const NAMED = 3;
