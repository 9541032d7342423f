/** Rights and denials as a person reads them. */
import { type Deployment, STAGE } from "./deployment.ts";
import type { Denial } from "./iam.ts";
import type { Need, Right } from "./iam-policy.ts";
import { ACCOUNT } from "./iam-stack.ts";
import { REGION } from "./stack.ts";

/**
 * The rights of a function's role, a line for each. All deliveries are one: their roles differ in nothing but the endpoint,
 * and not every endpoint has every trouble.
 */
export const rightsInWords = (
  functionName: string,
  rights: Iterable<Right>,
  { stack }: Pick<Deployment, "stack">,
): readonly string[] => {
  const name = shortOf(functionName);
  const endpoint = /^deliver-(.+)$/.exec(name)?.[1];
  return [...rights].map((right) => {
    const conditions = right.conditions
      .flatMap(({ values }) => values)
      .map((each) => ` (${each.split(".")[0]})`);
    const line = `${name} ${resourceIn(right, stack.outputs.ArchiveBucket)}${conditions.join("")}`;
    return endpoint === undefined ? line : line.replaceAll(endpoint, "<endpoint>");
  });
};

export const denialInWords = (
  { functionName, need, why }: Denial,
  { stack }: Pick<Deployment, "stack">,
): string => `${shortOf(functionName)} ${resourceIn(need, stack.outputs.ArchiveBucket)}: ${why}`;

const shortOf = (functionName: string): string => functionName.replace(`jupyter-lms-${STAGE}-`, "");

const resourceIn = ({ action, resource }: Pick<Need, "action" | "resource">, bucket = ""): string => {
  const short = resource
    .replace(`arn:aws:s3:::${bucket}`, "archive")
    .replace(new RegExp(`^arn:aws:\\w+:${REGION}:${ACCOUNT}:`), "")
    .replace(`jupyter-lms-${STAGE}-`, "")
    .replace(/^key\/.*$/, "key");
  return `${action} ${short}`;
};
