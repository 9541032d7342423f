import { pseudonymKeys } from "../learner/pseudonym-keys.ts";
import type { Settings } from "../settings.ts";
import type { ProbeKey } from "./tag.ts";

type Site = Pick<Settings, "pseudonyms">;

/** The secret that tags are made and verified with, by its reference: the current key of the pseudonyms. */
export const probeReferences = ({ pseudonyms }: Site): readonly string[] => [pseudonyms.key];

/** The key, given the secret's value by its reference. Throws where it is missing or too short. */
export const probeKey = ({ pseudonyms }: Site, secrets: Readonly<Record<string, string>>): ProbeKey =>
  pseudonymKeys({ key: pseudonyms.key }, (reference) => secrets[reference] ?? "");
