import { randomUUID } from "node:crypto";
import type { HttpReply } from "../delivery/exchange.ts";
import { senderTo } from "../delivery/send.ts";
import { Unreachable } from "../delivery/unreachable.ts";
import { type AnswerClass, classify } from "../endpoint/answers.ts";
import type { AddressedEndpoint } from "../endpoint/endpoint.ts";
import { parseJson } from "../event/json.ts";
import type { Settings } from "../settings.ts";
import { writeVoiding } from "../xapi/voiding.ts";
import { isReached } from "./ask.ts";
import { type Access, type Case, groundMissing } from "./case.ts";
import { type Finding, type Words, wordsOf } from "./finding.ts";
import type { DoctorParts, ExaminedFiles } from "./parts.ts";
import { itSaid } from "./quote.ts";
import { readBack } from "./read-back.ts";
import { writeTest } from "./statement.ts";

/** Sends a test statement to each endpoint that can be asked, if that is allowed; what can be taken back is. */
export async function* examineStatements(
  parts: DoctorParts,
  { settings }: ExaminedFiles,
  cases: readonly Case[],
): AsyncGenerator<Finding> {
  const ready = cases.filter((each) => whyNot(each) === undefined);
  const may = ready.length === 0 || (await parts.maySend(ready.map(({ endpoint }) => endpoint)));
  for (const each of cases) {
    const { endpoint, access } = each;
    const { url, name } = endpoint;
    const words = wordsOf("statement", name);
    const why = whyNot(each);
    if (why !== undefined || access === undefined || typeof url !== "string") yield words.skipped(why ?? "");
    else if (may !== true) yield words.skipped(may, `To send it: ${howToSend(parts, name)}`);
    else {
      yield await sendTest(parts, { ...endpoint, url }, access, settings, words);
      access.rest();
    }
  }
}

const howToSend = ({ stage }: DoctorParts, name: string): string =>
  `jlt doctor ${name}${stage === undefined ? "" : ` --stage ${stage}`} --yes`;

const whyNot = (each: Case): string | undefined =>
  typeof each.endpoint.url === "string"
    ? groundMissing(each)
    : "Each learner's launch says where it is, so no test statement is sent.";

/** What became of something that was sent. */
interface Sent {
  readonly status: number | "network" | "setup";
  readonly meaning: AnswerClass;
  /** By the words of an answer, or of this product where none came. */
  readonly said: string;
  /** Of what an xAPI store says that it took: whether it names the statement that was sent. */
  readonly isNamed: boolean;
  /** Whether it may have been taken, though the answer does not say so. */
  readonly isDoubtful: boolean;
}

/** Sends it as the deliverer would, and judges the answer by the endpoint's file. */
const sendTest = async (
  { whole = (run) => run() }: DoctorParts,
  endpoint: AddressedEndpoint,
  access: Access,
  settings: Settings,
  words: Words,
): Promise<Finding> => {
  const send = sendingTo(endpoint, access, settings);
  const id = randomUUID();
  const test = writeTest(endpoint, settings, id, new Date().toISOString());
  if (endpoint.protocol !== "xapi") {
    const sent = await send(test, id);
    if (sent.meaning === "done")
      return words.good(`It took the test ${id} (${sent.status}), and keeps it: it cannot be taken back.`);
    return refusedBy(
      endpoint,
      sent,
      sent.isDoubtful ? ` The test ${id} may have arrived all the same.` : "",
      words,
    );
  }
  // Whoever ends the command in between would leave a statement that is not voided.
  const { sent, voided } = await whole(async () => {
    const sent = await send(test, id);
    const mayBeThere = sent.meaning === "done" || sent.isDoubtful;
    const voiding = randomUUID();
    return {
      sent,
      voided: mayBeThere ? await send(writeVoiding(voiding, id, settings.hub.id), voiding) : undefined,
    };
  });
  const isVoided = voided?.meaning === "done" && voided.isNamed;
  if (sent.meaning !== "done" || !sent.isNamed) {
    const perhaps =
      voided === undefined
        ? ""
        : ` It may have taken the test statement ${id} all the same; ${isVoided ? "it has taken the statement that voids it" : `what voids it was not taken (${voided.status})`}.`;
    return sent.meaning === "done"
      ? words.bad(
          `It answered ${sent.status} to a test statement, but not as an xAPI store does, with its id.${perhaps}`,
          `Look at url in endpoints/${endpoint.name}.yml.`,
        )
      : refusedBy(endpoint, sent, perhaps, words);
  }
  if (!isVoided)
    return words.note(
      `It took the test statement ${id} (${sent.status}), but not the statement that voids it (${voided?.status}).${voided?.said}`,
      "Void it by hand, if it is in the way; revisions of statements need that it lets us void our own.",
    );
  return readBack(endpoint, access, id, words);
};

/** What sends a statement, as JSON text, with its id. */
const sendingTo = (
  endpoint: AddressedEndpoint,
  { credentials, exchange, turn, secrets }: Access,
  settings: Settings,
): ((text: string, id: string) => Promise<Sent>) => {
  const heard: (HttpReply | Unreachable)[] = [];
  const listening: typeof exchange = async (request) => {
    try {
      const reply = await exchange(request);
      heard.push(reply);
      return reply;
    } catch (error) {
      if (error instanceof Unreachable) heard.push(error);
      throw error;
    }
  };
  const { send } = senderTo(endpoint, credentials, {
    exchange: listening,
    turn,
    sensor: settings.hub.id,
  });
  return async (text, id) => {
    const proof = await credentials.headers();
    const hidden = [...secrets, ...("headers" in proof ? Object.values(proof.headers) : [])];
    heard.length = 0;
    const { status, excerpt } = await send([text]);
    const meaning = classify(endpoint.answers, status);
    const last = heard.at(-1);
    if (last === undefined || last instanceof Unreachable) {
      const isDoubtful = last !== undefined && isReached(last.code);
      return { status, meaning, said: ` ${excerpt}`, isNamed: false, isDoubtful };
    }
    const isRefused = meaning !== "done" && meaning !== "retry" && last.status >= 400 && last.status < 500;
    return {
      status,
      meaning,
      said: itSaid(last, hidden),
      // What is no success by HTTP, but by the endpoint's file, need not name what it took.
      isNamed: last.status >= 300 || names(last.text, id),
      isDoubtful: meaning !== "done" && !isRefused,
    };
  };
};

/** Whether an answer is an array of ids with this one (xAPI 1.0.3 Part Three, 2.1.2). */
const names = (text: string, id: string): boolean => {
  const read = parseJson(text);
  return (
    "value" in read &&
    Array.isArray(read.value) &&
    read.value.some((each) => typeof each === "string" && each.toLowerCase() === id)
  );
};

const refusedBy = (
  { name }: AddressedEndpoint,
  { status, meaning, said }: Sent,
  perhaps: string,
  { bad }: Words,
): Finding => {
  const [told, mend] = refusals[meaning];
  const answered =
    typeof status === "number"
      ? `It answered ${status} to a test statement`
      : "There was no answer to a test statement";
  return bad(`${answered}: ${told}.${said}${perhaps}`, mend(name));
};

const refusals: Readonly<Record<AnswerClass, readonly [told: string, mend: (name: string) => string]>> = {
  done: ["it was taken", () => ""],
  retry: [
    "what is for it waits, and is sent again later",
    () => "Ask whoever runs it. What waits for thirteen days is set aside.",
  ],
  setup: [
    "what is for it waits until somebody has seen to it",
    (name) => `Look at url, auth and its secret in endpoints/${name}.yml, and at answers there.`,
  ],
  split: [
    "it refuses it, and would refuse others like it",
    (name) => `Look at protocol, version and request in endpoints/${name}.yml; its answer may say more.`,
  ],
  setAside: [
    "it refuses it, and others like it would be set aside",
    (name) => `Look at protocol, version and request in endpoints/${name}.yml; its answer may say more.`,
  ],
};
