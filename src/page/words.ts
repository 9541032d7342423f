import type { Choice } from "../consent/choice.ts";
import { isCollected } from "../consent/choice.ts";
import type { ConsentPolicy } from "../consent/policy.ts";
import type { ArchivePart } from "../settings.ts";
import type { CollectedEndpoint } from "./collected.ts";

/** How things stand for a learner, in a sentence. */
export const standing = (policy: ConsentPolicy, choice: Choice): string => {
  if (policy.policy === "required-by-site") return "What is listed below is collected about everybody here.";
  const said = choice.all === undefined ? "You have not chosen yet. " : "";
  return isCollected(policy, choice)
    ? `${said}What you do in Jupyter is collected, as it is listed below.`
    : `${said}Nothing of what you do in Jupyter is collected.`;
};

/** What the site leaves to its learners. */
export const POLICY: Readonly<Record<ConsentPolicy["policy"], string>> = {
  "opt-in":
    "Nothing is collected about you unless you say yes; what you do is only counted, without your name. You can change your mind at any time.",
  "opt-out":
    "You can say no at any time. Then nothing more is collected about you; what you do is only counted, without your name.",
  "required-by-site":
    "Your institution has decided that this is collected for everybody, so there is no choice to make here. If you do not agree, speak to your institution. You can see and download what is kept of you, and ask for it to be erased.",
};

/** When a choice takes effect. */
export const WHEN =
  "It takes effect within a minute. What was collected before stays until you have it erased.";

/** How an endpoint names learners. */
export const NAMED: Readonly<Record<CollectedEndpoint["learners"], string>> = {
  pseudonym: "It knows you by a pseudonym that no other system has.",
  username: "It knows you by your user name.",
  lms: "It knows you by the name that your learning system has for you.",
  anonymous: "It is not told who you are.",
};

/** What it gets of what may say who somebody is. */
export const PERSONAL: Readonly<Record<CollectedEndpoint["personalData"], string>> = {
  pseudonymise: "Other personal details, such as the names of files, reach it as pseudonyms only.",
  allow: "Other personal details, such as the names of files, reach it as they are.",
  refuse: "It gets no other personal details.",
};

export const PROTOCOL: Readonly<Record<CollectedEndpoint["protocol"], string>> = {
  caliper: "1EdTech Caliper",
  xapi: "xAPI",
  json: "JSON",
};

/** What each part of the archive has of a learner. */
export const PARTS: Readonly<Record<ArchivePart, string>> = {
  raw: "What you did, as Jupyter told it",
  quarantine: "What could not be read or believed",
  failed: "What a system refused, with its answer",
  receipts: "What was sent, and when",
  ledger: "Counts, for proof that nothing was lost",
};

/** What is said once after something was done. */
export const DONE = {
  in: "You said yes. What you do in Jupyter will be collected within a minute.",
  out: "You said no. Within a minute, nothing more will be collected about you.",
  "endpoint-in": "This system will be told about you again within a minute.",
  "endpoint-out": "Within a minute, this system will not be told about you any more.",
  erase: "Your request was passed on. An administrator will decide about it and erase what is kept of you.",
} as const;

export type Done = keyof typeof DONE;

/** A day as people write it; times are in UTC, whoever reads them. */
export const dayOf = (time: string): string =>
  new Date(time).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
