import { readConfiguration } from "../delivery/configuration.ts";
import type { HttpReply } from "../delivery/exchange.ts";
import type { AddressedEndpoint } from "../endpoint/endpoint.ts";
import { isObject, parseJson } from "../event/json.ts";
import type { Settings } from "../settings.ts";
import { type As, type Asked, ask, askStore } from "./ask.ts";
import { type Access, type Case, groundMissing } from "./case.ts";
import { type Finding, type Words, wordsOf } from "./finding.ts";
import { writeTester } from "./statement.ts";

/** Whether an endpoint knows us, as far as its protocol lets that be asked without writing. */
export async function* examineAuthentication(each: Case, settings: Settings): AsyncGenerator<Finding> {
  const { endpoint, access } = each;
  const words = wordsOf("authentication", endpoint.name);
  const missing = groundMissing(each);
  if (missing !== undefined || access === undefined) {
    yield words.skipped(missing ?? "");
    return;
  }
  try {
    for await (const found of examined(endpoint, access, settings, words)) {
      if (found.end === "bad") each.fallen = "authentication";
      yield found;
      if (found.end === "bad") return;
    }
  } finally {
    access.rest();
  }
}

async function* examined(
  endpoint: Case["endpoint"],
  access: Access,
  settings: Settings,
  words: Words,
): AsyncGenerator<Finding> {
  const { auth, name, protocol, url, version } = endpoint;
  if (auth.scheme === "oauth2-client-credentials") {
    const proof = await access.credentials.headers();
    if ("answer" in proof) {
      yield words.bad(proof.answer.excerpt, `Look at auth in endpoints/${name}.yml.`);
      return;
    }
    yield words.good("Its OAuth 2 server gives a token.");
  }
  if (typeof url !== "string")
    yield words.skipped("Each learner's launch says where it is, so it cannot be asked from here.");
  else if (protocol === "xapi") yield await store({ ...endpoint, url }, access, settings, words);
  else if (protocol === "caliper" && version !== "1.1")
    yield await caliper({ ...endpoint, url }, access, words);
  else yield words.skipped(`Its protocol has nothing to ask for: ${ONLY_BY_SENDING}`);
}

const ONLY_BY_SENDING = "whether it knows us, only sending tells.";

const OPEN_TO_ALL = `It lets anybody ask: ${ONLY_BY_SENDING}`;

/** A store is asked for the doctor's own statements only: those of learners are nobody's business here. */
const store = async (
  endpoint: AddressedEndpoint,
  access: Access,
  settings: Settings,
  words: Words,
): Promise<Finding> => {
  const query = { agent: writeTester(settings), limit: "1" };
  const questioned = (as: As): Promise<Asked> => askStore(endpoint, access, query, as);
  const asked = await questioned("ourselves");
  if ("unanswered" in asked) return noAnswer(asked, words);
  if (!isFine(asked.reply)) return refused(endpoint, asked.reply, words);
  if (!isStatementResult(asked.reply.text))
    return words.bad(
      "What is there answers, but not as an xAPI store does.",
      `Look at url in endpoints/${endpoint.name}.yml.`,
    );
  if (endpoint.auth.scheme === "none") return words.good("It answers, and asks for no credentials.");
  const open = await questioned("anybody");
  return "reply" in open && isFine(open.reply) && isStatementResult(open.reply.text)
    ? words.note(OPEN_TO_ALL)
    : words.good("It knows us: it lets its statements be asked for.");
};

const isFine = ({ status }: HttpReply): boolean => status >= 200 && status < 300;

/** Whether a text is a StatementResult (xAPI 1.0.3 Part Two, 2.5), or begins as one that is too long to be read. */
const isStatementResult = (text: string): boolean => {
  const read = parseJson(text);
  if ("value" in read) return isObject(read.value) && Array.isArray(read.value.statements);
  return Buffer.byteLength(text) > LONG && /^\s*\{[^[\]]{0,1000}"statements"\s*:\s*\[/.test(text);
};

/** Of a longer answer, the end is not read. */
const LONG = 60 * 1024;

/**
 * A Caliper endpoint is asked for its configuration (Caliper 1.2, Endpoint Configuration). It need not have one: what it
 * answers instead says nothing of whether it takes what is sent.
 */
const caliper = async (endpoint: AddressedEndpoint, access: Access, words: Words): Promise<Finding> => {
  const { url, name, auth, request } = endpoint;
  const headers = { accept: "application/json", ...request.headers };
  const asked = await ask(access, url, headers);
  if ("unanswered" in asked)
    return asked.isReached
      ? words.skipped(`${asked.unanswered} It need not have a configuration to ask for: ${ONLY_BY_SENDING}`)
      : noAnswer(asked, words);
  const { status, text } = asked.reply;
  if (status === 401 || status === 403)
    return words.note(
      `It does not give its configuration to us (${status}).`,
      "Whether it lets us write, only sending tells.",
    );
  const { speaks, bytes } = status === 200 ? readConfiguration(text, "1.2") : {};
  if (speaks === false)
    return words.bad(
      "It says that it does not take Caliper 1.2.",
      `Write version: "1.1" into endpoints/${name}.yml, if it takes that.`,
    );
  if (speaks === undefined && bytes === undefined)
    return words.skipped(`It offers no configuration to ask for: ${ONLY_BY_SENDING}`);
  const takes = speaks === true ? " It says that it takes Caliper 1.2." : "";
  if (auth.scheme === "none")
    return words.good(`It gives its configuration, and asks for no credentials.${takes}`);
  const open = await ask(access, url, headers, "anybody");
  return "reply" in open && isFine(open.reply)
    ? words.note(`${OPEN_TO_ALL}${takes}`)
    : words.good(`It gives its configuration to us.${takes}`);
};

const noAnswer = ({ unanswered }: { readonly unanswered: string }, { bad }: Words): Finding =>
  bad(unanswered, "See whether it runs, and what is between it and this machine.");

/** What a store's refusal means. Its words are not shown: they may tell of whoever was asked about. */
const refused = ({ name, auth }: AddressedEndpoint, { status }: HttpReply, { note, bad }: Words): Finding => {
  if (status === 401)
    return bad(
      "It does not know us (401).",
      auth.scheme === "none"
        ? `It wants credentials: write auth into endpoints/${name}.yml.`
        : `Look at the secret ${auth.secret}, and at auth in endpoints/${name}.yml.`,
    );
  if (status === 403)
    return note(
      "It does not let its statements be read (403), which some stores allow to none who write.",
      "Whether it lets us write, only sending tells.",
    );
  if (status === 404)
    return bad("There is no store: /statements is not found (404).", `Look at url in endpoints/${name}.yml.`);
  if (status >= 300 && status < 400)
    return bad(
      `It leads somewhere else (${status}), and redirects are not followed.`,
      `Write the address that it leads to into endpoints/${name}.yml, as url.`,
    );
  return status === 429 || status >= 500
    ? bad(`It is in trouble (${status}).`, "Ask whoever runs it; until then, what is for it waits.")
    : note(`It answered ${status} to a question.`, "Whether it takes statements, only sending tells.");
};
