/** The leading fields of an ARN. */
export interface ArnParts {
  readonly partition: string;
  readonly region: string;
  /** 12 digits. */
  readonly account: string;
}

/** Takes an ARN apart, so that a program need not ask AWS for its own account and region. */
export function arnParts(arn: string): ArnParts {
  const [, partition = "", , region = "", account = ""] = arn.split(":");
  return { partition, region, account };
}
