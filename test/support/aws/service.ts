import { join } from "node:path";
import { project } from "../../../build/bundle.ts";
import { readSite } from "../../../build/site.ts";
import type { LocalAws } from "../../../local/aws.ts";
import { countLost, type Report } from "../../../local/report.ts";
import { type LocalService, type ServiceOptions, startService } from "../../../local/service.ts";
import { openState } from "../../../local/state.ts";
import { readAccounts } from "../../../src/ledger/accounts.ts";
import { builtFunctions, temporaryFolder } from "../../service/support.ts";
import type { Played, Player } from "./player.ts";

export const CALIPER = "campus-caliper";
export const LRS = "campus-lrs";

/** How long all that was fed may take until it is told, in milliseconds. */
export const SETTLE = 120_000;

export interface Options extends Pick<ServiceOptions, "visibility" | "beforeAcknowledge"> {
  /** Where it keeps what is its own; by default a new folder. */
  readonly folder?: string;
  /** What is made of SQS and S3 before the service has them. */
  readonly change?: (aws: LocalAws) => LocalAws;
}

/** Runs the whole service over a player's SQS and S3, which have nothing yet, and ends both. */
export const withService = async (
  player: Player,
  options: Options,
  use: (service: LocalService) => Promise<void>,
): Promise<void> => {
  const played = await player.start();
  try {
    await withServiceOver(played, options, use);
  } finally {
    await played.stop();
  }
};

/** Runs the whole service over what is played already, and ends it. */
export const withServiceOver = async (
  played: Played,
  { folder, change = (aws) => aws, ...options }: Options,
  use: (service: LocalService) => Promise<void>,
): Promise<void> => {
  const service = await startService({
    state: await openState(folder ?? join(await temporaryFolder(), "state"), true),
    site: await readSite(project),
    dist: await builtFunctions(),
    openAws: async (each) => change(await played.open(each)),
    ...options,
  });
  try {
    await use(service);
  } finally {
    await service.stop();
  }
};

/** What a service did with what it was fed. */
export const reportOf = async (service: LocalService, fed: Report["fed"]): Promise<Report> => ({
  fed,
  lost: await countLost(service.bucket, fed.events, service.key),
  accounts: await readAccounts(service.bucket, [CALIPER, LRS]),
  depths: await service.depths(),
  quarantine: [],
  archive: service.archive,
  samples: {},
});

/** The ids of what the played learning systems have. */
export const told = ({ sandbox }: Pick<LocalService, "sandbox">) => ({
  statements: sandbox
    .statements(LRS)
    .map(({ id }) => id)
    .sort(),
  events: [...new Set(sandbox.caliper(CALIPER).map(({ id }) => id))].sort(),
});
