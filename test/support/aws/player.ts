import { AssertionError } from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type LocalAws, startAws } from "../../../local/aws.ts";
import { temporaryFolder } from "../../service/support.ts";
import { GAPS, type PlayerName, type Subject } from "./gaps.ts";
import type { Place } from "./reached.ts";

/** Somebody who plays SQS and S3: what the product needs of AWS is the same of each. */
export interface Player {
  readonly name: PlayerName;
  /** Starts one that has nothing yet. */
  start(): Promise<Played>;
}

export interface Played {
  /** Opens it for a service with this folder. What an earlier one of the same folder had left in it is there. */
  open(folder: string): Promise<LocalAws>;
  /** Where other processes find it; the embedded one is a part of each. */
  readonly place?: Place;
  stop(): Promise<void>;
}

/** The one that `npm start` brings along. */
export const embedded: Player = {
  name: "the embedded AWS",
  start: async () => ({ open: startAws, stop: async () => {} }),
};

/** A test of what the product needs. One that `gaps.ts` names must fail, or is skipped if it fails only now and then. */
export type Law = (name: string, run: () => Promise<void>) => void;

/** A group of tests of one player. Throws where `gaps.ts` names a test that there is not. */
export const laws = (subject: Subject, player: Player, tests: (law: Law) => void): void => {
  describe(`${subject}, played by ${player.name},`, () => {
    const gaps = GAPS[player.name]?.[subject] ?? {};
    const names = new Set<string>();
    tests((name, run) => {
      names.add(name);
      const gap = gaps[name];
      if (gap === undefined) it(name, run);
      else if (typeof gap === "string") it(`${name} – not here: ${gap}`, { expectFailure: isOfAws }, run);
      else it(name, { skip: gap.mayFail }, run);
    });
    const strange = Object.keys(gaps).find((name) => !names.has(name));
    if (strange !== undefined) throw new Error(`There is no test that ${subject} ${strange}.`);
  });
};

/** Whether a test failed for what it saw, or was answered: a mistake in the test itself is none of these. */
const isOfAws = (error: unknown): boolean =>
  error instanceof AssertionError || (error instanceof Error && "$metadata" in error);

/** What a group of tests has of its player from its first test to its last. */
export const opened = (player: Player): (() => LocalAws) => {
  let aws: LocalAws | undefined;
  let played: Played | undefined;
  before(async () => {
    played = await player.start();
    aws = await played.open(await temporaryFolder());
  });
  after(async () => {
    await aws?.stop();
    await played?.stop();
  });
  return () => {
    if (aws === undefined) throw new Error("It is opened before the first test.");
    return aws;
  };
};
