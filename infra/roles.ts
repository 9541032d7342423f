import { prefixOf } from "../src/archive/layout.ts";
import { CHOICES } from "../src/consent/store.ts";
import type { Endpoint } from "../src/endpoint/endpoint.ts";
import { ERASURES, REQUESTED } from "../src/erasure/job.ts";
import { PARTS } from "../src/erasure/records.ts";
import { secretReferences, signingReferences } from "../src/secret-references.ts";
import type { Settings } from "../src/settings.ts";
import { auditRights } from "./audit.ts";
import { hasIngest } from "./ingest.ts";
import { AUDIT, COMPACT, CONSENT, deliverTo, INGEST, PROBE, roleId, TRANSLATE } from "./names.ts";
import { hasPage } from "./page.ts";
import { hasProbe, probeRights } from "./probe.ts";
import {
  COMPACTIONS,
  discard,
  list,
  postpone,
  putBelow,
  read,
  readErasures,
  readSecrets,
  receiveFrom,
  sendTo,
  useKey,
  writeLogs,
  writeTraces,
} from "./rights.ts";
import { allow, type Resource, type Resources, type Statement } from "./template.ts";

/**
 * One role per function. CloudFormation names them: a role's name must fit 64 letters, and nobody types it.
 *
 * None has a right to another key in KMS than the stage's own. The secrets are under the account's aws/ssm and
 * aws/secretsmanager keys, whose own policies let every principal of the account use them, through these services only
 * (https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-restrict-decryption.html,
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html). Who encrypts a secret with
 * a key of their own must allow `kms:Decrypt` to the role in that key's policy.
 */
export const roles = (settings: Settings, endpoints: readonly Endpoint[]): Resources => ({
  [roleId(TRANSLATE)]: role(
    TRANSLATE,
    receiveFrom(TRANSLATE),
    sendTo(endpoints.map(({ name }) => deliverTo(name))),
    putBelow([prefixOf("raw"), prefixOf("quarantine"), prefixOf("failed"), prefixOf("ledger")]),
    ...(settings.consent.policy === "required-by-site" ? [] : [read([CHOICES]), list([CHOICES])]),
    ...readSecrets(secretReferences(settings)),
  ),
  ...(hasPage(settings) && {
    [roleId(CONSENT)]: role(
      CONSENT,
      putBelow(settings.consent.policy === "required-by-site" ? [REQUESTED] : [CHOICES, REQUESTED]),
      read([CHOICES, ...PARTS.map((part) => prefixOf(part))]),
      list([CHOICES, ...PARTS.map((part) => prefixOf(part))]),
      ...readSecrets(secretReferences(settings)),
    ),
  }),
  [roleId(COMPACT)]: role(
    COMPACT,
    putBelow([prefixOf("raw"), COMPACTIONS]),
    read([prefixOf("raw"), COMPACTIONS]),
    readErasures,
    list([prefixOf("raw"), COMPACTIONS, ERASURES]),
    ...discard([prefixOf("raw"), COMPACTIONS]),
  ),
  [roleId(AUDIT)]: role(AUDIT, ...auditRights(endpoints)),
  ...(hasIngest(settings) && {
    [roleId(INGEST)]: role(INGEST, sendTo([TRANSLATE]), ...readSecrets(signingReferences(settings))),
  }),
  ...(hasProbe(settings) && { [roleId(PROBE)]: role(PROBE, ...probeRights(settings)) }),
  ...Object.fromEntries(
    endpoints.map(({ name, auth }) => [
      roleId(deliverTo(name)),
      role(
        deliverTo(name),
        receiveFrom(deliverTo(name)),
        postpone(name),
        putBelow([prefixOf("receipts", name), prefixOf("failed", name)]),
        ...readSecrets(auth.scheme === "none" ? [] : [auth.secret]),
      ),
    ]),
  ),
});

const role = (functionName: string, ...statements: readonly Statement[]): Resource => {
  const own = statements.filter(({ Resource }) => Resource.length > 0);
  return {
    Type: "AWS::IAM::Role",
    Properties: {
      AssumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: ["sts:AssumeRole"] },
        ],
      },
      Policies: [
        {
          PolicyName: functionName,
          PolicyDocument: allow(...own, ...useKey(own), writeLogs(functionName), writeTraces),
        },
      ],
    },
  };
};
