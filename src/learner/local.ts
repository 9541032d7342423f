import { isThisMachine } from "../document/this-machine.ts";
import type { Settings } from "../settings.ts";

/**
 * The settings with another place of the hub's public keys, for runs on one machine: only the machine itself is allowed,
 * so that no variable of the environment can make others believed. They stay as they are where no such keys are used.
 */
export const localSettings = (settings: Settings, jwks: string | undefined): Settings => {
  const { trust } = settings;
  if (jwks === undefined || trust.trust !== "signed" || trust.jwks === undefined) return settings;
  if (!isThisMachine(new URL(jwks).hostname)) throw new Error("LOCAL_JWKS_URL must lead to 127.0.0.1.");
  return { ...settings, trust: { ...trust, jwks } };
};
