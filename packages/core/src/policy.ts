/** One statement of an IAM document. Lists only, never a bare string, so that a statement reads the same everywhere. */
export interface PolicyStatement {
  /** What the statement is for, in PascalCase; unique in its document. */
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  /** Who, in trust and resource policies: principal kind -> principals. */
  readonly Principal?: Readonly<Partial<Record<"AWS" | "Service", readonly string[]>>> | "*";
  readonly Action: readonly string[];
  readonly Resource?: readonly string[];
  /** Operator -> condition key -> values. */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** An IAM policy document as data, so that tests can read it and take statements away. */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

/** Wraps statements into a document of the current policy language version. */
export const policyDocument = (...statements: readonly PolicyStatement[]): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: statements,
});

/**
 * Allows actions on resources, each named once. No statement at all where there are none: IAM refuses one without resources.
 *
 * @param sid What it is for; see {@link PolicyStatement}.
 */
export const allow = (
  sid: string,
  actions: readonly string[],
  resources: readonly string[],
): readonly PolicyStatement[] =>
  resources.length === 0 ? [] : [{ Sid: sid, Effect: "Allow", Action: actions, Resource: [...new Set(resources)] }];
