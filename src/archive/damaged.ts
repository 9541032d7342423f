/** Thrown where an object of the archive is not as it was written. It says nothing of what is in it. */
export class DamagedArchive extends Error {
  override readonly name = "DamagedArchive";
}

/** What is wrong with an object that is passed over, where one is not to stop everything. */
export interface Trouble {
  readonly key: string;
  /** `damaged`: it cannot be read, or not whole. `foreign`: it is nothing that the translator writes. */
  readonly why: "damaged" | "foreign";
  /** A sentence, which says nothing of what is in it. */
  readonly detail: string;
}

/** Told of objects that are passed over. */
export type OnTrouble = (trouble: Trouble) => void;
