import { createHmac, timingSafeEqual } from "node:crypto";
import { NotAnswered } from "./request.ts";

/** Where a part of a learner's data begins or ends: after an object, and after so many records of another one. */
export interface Place {
  /** Empty at the very beginning. */
  readonly after: string;
  /** Empty where nothing of another object was given yet. */
  readonly within: string;
  readonly given: number;
  /** Which part begins there, from 1. */
  readonly number: number;
}

export const BEGINNING: Place = { after: "", within: "", given: 0, number: 1 };

/** After every object that there is or will be: keys begin with small letters. */
export const endAfter = ({ number }: Place): Place => ({
  after: "~",
  within: "",
  given: 0,
  number: number + 1,
});

/** The key after which there is nothing up to this place. */
export const lastKeyOf = ({ after, within }: Place): string => (within > after ? within : after);

export interface Places {
  write(username: string, place: Place): string;
  /** Throws NotAnswered where it was not written here, for this learner. */
  read(username: string, written: string): Place;
}

/** Places as texts, sealed for one learner: an object's key tells nothing to others, and nobody makes one up. */
export const placesUnder = (siteKey: string): Places => {
  const key = createHmac("sha256", siteKey).update("place").digest();
  const sealOf = (username: string, text: string): Buffer =>
    createHmac("sha256", key)
      .update(JSON.stringify([username, text]))
      .digest()
      .subarray(0, 16);
  return {
    write: (username, { after, within, given, number }) => {
      const text = JSON.stringify([after, within, given, number]);
      return Buffer.concat([sealOf(username, text), Buffer.from(text)]).toString("base64url");
    },
    read: (username, written) => {
      const bytes = Buffer.from(written, "base64url");
      const text = bytes.subarray(16).toString("utf8");
      const isOurs = bytes.length > 16 && timingSafeEqual(bytes.subarray(0, 16), sealOf(username, text));
      if (!isOurs) throw noPlace();
      const [after, within, given, number] = JSON.parse(text);
      return { after, within, given, number };
    },
  };
};

export const noPlace = (): NotAnswered =>
  new NotAnswered(400, "after.wrong", "This is no place in your data. Begin with the first part.");
