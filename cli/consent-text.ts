import type { SiteFiles } from "../build/site.ts";
import { type ChoiceRecord, isCollected, isTold, NO_CHOICE } from "../src/consent/choice.ts";
import { visible } from "./visible.ts";

/** How things stand for a learner, for people. */
export const recordText = (
  site: SiteFiles,
  username: string,
  record: ChoiceRecord | undefined,
  stage: string,
): string => {
  const { policy, collected, endpoints, changes } = recordJson(site, username, record);
  const untold = endpoints.filter(({ told }) => !told).map(({ name }) => name);
  return [
    `${visible(username)} ${collected ? "is collected" : "is not collected"} (${policy}; ${stage}).`,
    ...(collected && untold.length > 0 ? [`Not told to ${untold.join(", ")}.`] : []),
    ...(changes.length === 0 ? ["Nothing was chosen yet."] : []),
    ...changes.map(({ to, at, by, endpoint }) =>
      visible(`  ${at}  ${to}${endpoint === undefined ? "" : ` for ${endpoint}`}, by the ${by}`),
    ),
  ].join("\n");
};

/** The same, for machines. */
export const recordJson = (
  { settings: { consent }, endpoints }: SiteFiles,
  username: string,
  record: ChoiceRecord | undefined,
) => {
  const { choice = NO_CHOICE, changes = [] } = record ?? {};
  const collected = isCollected(consent, choice);
  return {
    username,
    policy: consent.policy,
    collected,
    choice,
    endpoints: endpoints.map(({ endpoint: { name } }) => ({
      name,
      told: collected && isTold(consent, choice, name),
    })),
    changes,
  };
};

/** When a change takes effect. */
export const effectOf = ({ consent }: SiteFiles["settings"]): string =>
  consent.policy === "required-by-site"
    ? "It has no effect as long as translator.yml says required-by-site."
    : "It takes effect within a minute. What is archived already stays: jlt erase.";
