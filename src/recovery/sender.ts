import { isObject } from "../event/json.ts";
import type { LearnerContext } from "../learner/context.ts";
import type { Sender } from "../learner/sender.ts";
import type { Trust } from "../learner/trust.ts";

/**
 * Who sent an event, as quarantine keeps it: what a signature proved, or what the site believed. Null where the message
 * named nobody, and the site takes events at their word.
 */
export type KeptSender = LearnerContext | null;

/** The most characters that are kept of a sender, as ten thousand events may come in one message. */
const LARGEST = 4096;

/**
 * What is kept of who sent an event, so that it can be taken in later; undefined where that is not known, is not to be
 * believed, or is too much. `isNobodys`: its schema says that it is nobody's, so that only the right to say it is kept.
 * `username`: whose it is, as far as that is known; what a service's token says of another learner is not kept with it.
 */
export const keptSender = (
  sender: Sender,
  trust: Trust,
  isNobodys: boolean,
  username?: string,
): KeptSender | undefined => {
  if (sender === undefined) return trust.trust === "attributes" ? null : undefined;
  if ("reason" in sender) return undefined;
  const { subject, role, proven } = sender;
  if (isNobodys && trust.trust === "attributes") return null;
  if (isNobodys) return role === "service" ? { subject, role, proven, roles: [], groups: [] } : undefined;
  const { about, session: _, launch: __, lmsUser: ___, ...others } = sender;
  if (about !== undefined && about !== username) return bounded(others);
  const known = remembered.get(sender);
  if (known !== undefined) return known.kept;
  const kept = bounded(sender);
  remembered.set(sender, { kept });
  return kept;
};

/** Groups tell the course only where nothing else does. */
const bounded = (sender: LearnerContext): LearnerContext | undefined => {
  const all = sender.course === undefined ? sender : { ...sender, groups: [] };
  return JSON.stringify(all).length > LARGEST ? undefined : all;
};

/** A sender comes with thousands of events. */
const remembered = new WeakMap<LearnerContext, { readonly kept: LearnerContext | undefined }>();

/** Whether events of a sender may turn out to be nobody's: a learner's signature never speaks for nobody. */
export const maySpeakForNobody = (sender: KeptSender): boolean =>
  sender === null || sender.role === "service" || !sender.proven;

/** Reads what was kept of a sender; undefined where nothing was. */
export const readKeptSender = (value: unknown): KeptSender | undefined =>
  value === null || isContext(value) ? value : undefined;

const isContext = (value: unknown): value is LearnerContext =>
  isObject(value) &&
  typeof value.subject === "string" &&
  (value.role === "learner" || value.role === "service") &&
  typeof value.proven === "boolean" &&
  areTexts(value.roles) &&
  areTexts(value.groups) &&
  (value.course === undefined || (isObject(value.course) && typeof value.course.id === "string"));

const areTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((each) => typeof each === "string");
