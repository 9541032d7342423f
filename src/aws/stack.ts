import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
  type StackResourceSummary,
} from "@aws-sdk/client-cloudformation";
import { clientConfig, type Place } from "./administer.ts";
import { NotAws } from "./trouble.ts";

/** A resource of a stack: its id in the template, its type, and its name or address in AWS. */
export interface StackResource {
  readonly id: string;
  readonly type: string;
  readonly name: string;
}

/** Everything that a stack holds now; undefined where there is no stack of that name. */
export const stackResources = (place: Place, stack: string): Promise<readonly StackResource[] | undefined> =>
  ofStack(place, async (client) => {
    const found: StackResource[] = [];
    for await (const { StackResourceSummaries = [] } of paginateListStackResources(
      { client },
      { StackName: stack },
    ))
      found.push(...StackResourceSummaries.flatMap(presentResource));
    return found;
  });

/** How a stack is. */
export interface StackState {
  /** How its last deployment ended, in CloudFormation's words: `UPDATE_COMPLETE`. */
  readonly status: string | undefined;
  readonly outputs: Readonly<Record<string, string>>;
}

/** How a stack is; undefined where there is none of that name. Throws NotAws where something else answers. */
export const stackState = (place: Place, stack: string): Promise<StackState | undefined> =>
  ofStack(place, async (client) => {
    const { Stacks, $metadata } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    // A page that is no answer to this is read as one without anything in it.
    const [found] = Stacks ?? [];
    if (found === undefined) throw new NotAws($metadata.httpStatusCode);
    const outputs = (found.Outputs ?? []).map(
      ({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue] as const,
    );
    return { status: found.StackStatus, outputs: Object.fromEntries(outputs) };
  });

/** A stack's outputs by their names; undefined where there is no stack of that name. */
export const stackOutputs = async (place: Place, stack: string): Promise<StackState["outputs"] | undefined> =>
  (await stackState(place, stack))?.outputs;

/** What was removed from a stack, or has left it, is listed for some time. */
const presentResource = ({
  LogicalResourceId: id,
  ResourceType: type,
  PhysicalResourceId: name,
  ResourceStatus: status,
}: Partial<StackResourceSummary>): readonly StackResource[] =>
  id === undefined || type === undefined || !name || /^DELETE_(COMPLETE|SKIPPED)$/.test(String(status))
    ? []
    : [{ id, type, name }];

const ofStack = async <T>(
  place: Place,
  ask: (client: CloudFormationClient) => Promise<T>,
): Promise<T | undefined> => {
  const client = new CloudFormationClient(clientConfig(place, place.addresses?.aws));
  try {
    return await ask(client);
  } catch (error) {
    if (error instanceof Error && error.name === "ValidationError" && /does not exist/.test(error.message))
      return undefined;
    throw error;
  } finally {
    client.destroy();
  }
};
