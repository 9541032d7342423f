/** A value in a CloudFormation template. */
export type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, Value>>;
  /** `RetainExceptOnCreate` keeps it as `Retain` does, but for a deployment that made it and failed. */
  readonly DeletionPolicy?: "RetainExceptOnCreate" | "Delete";
  readonly UpdateReplacePolicy?: "Retain" | "Delete";
}

/** By their logical ids. */
export type Resources = Readonly<Record<string, Resource>>;

export const ref = (id: string): Value => ({ Ref: id });

export const getAtt = (id: string, attribute: string): Value => ({ "Fn::GetAtt": [id, attribute] });

/** Text in which CloudFormation fills in `${AWS::Region}`, `${LogicalId}` and `${LogicalId.Attribute}`. */
export const sub = (text: string): Value => ({ "Fn::Sub": text });

/** A statement of a policy. Both lists are written out: what a role may do is read here and nowhere else. */
export interface Statement {
  readonly Sid: string;
  readonly Action: readonly string[];
  readonly Resource: readonly Value[];
  readonly Condition?: Value;
}

export const allow = (...statements: readonly Statement[]): Value => ({
  Version: "2012-10-17",
  Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
});

/**
 * The policy of a bucket or a queue that answers requests over TLS only. `service` is `s3` or `sqs`; `others` are further
 * statements, as there is but one policy.
 */
export const tlsOnly = (
  service: string,
  resources: readonly Value[],
  others: readonly Value[] = [],
): Value => ({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: [`${service}:*`],
      Resource: resources,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    ...others,
  ],
});
