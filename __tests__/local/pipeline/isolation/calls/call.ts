/** A call of an AWS API, in the words of boto3. */
export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A resource in Terraform's state. */
export interface Resource {
  readonly type: string;
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** The tags that a foreign environment would claim a resource with. */
export type Claim = Readonly<Record<string, string>>;

export type CallsOf = (value: (key: string) => string, claim: Claim) => Call[];

export const call = (
  service: string,
  operation: string,
  parameters: Call["parameters"] = {},
): Call => ({
  service,
  operation,
  parameters,
});

export const listed = (claim: Claim) =>
  Object.entries(claim).map(([Key, Value]) => ({ Key, Value }));

/** The calls on each of some kinds of resources. */
export type CallsOfKinds = Readonly<Record<string, CallsOf>>;
