import type { AdoptionRequest } from "../contract";

/** What is ours among the settings of a bucket that other people use too. Each call tells how much is not ours. */
export interface AdoptedBucket {
  /** Sets our notification, or removes it; leaves all others as they are. */
  setNotification(id: string, wanted: AdoptionRequest["notification"] | undefined): Promise<number>;
  /** Removes our outdated policy statements by `Sid` and sets the wanted ones; leaves all others as they are. */
  setStatements(outdated: readonly string[], wanted: AdoptionRequest["statements"]): Promise<number>;
}

/** A notification of a bucket, whatever it notifies. */
interface Named {
  readonly Id?: string | undefined;
}

/** A policy document of somebody, in which only the statements' names matter. */
export interface OpenPolicy {
  readonly Version?: string;
  readonly Statement?: readonly { readonly Sid?: string }[] | { readonly Sid?: string };
}

/** A list with one entry set or removed, by its id; the others as they are, in their order. */
export function withNamed<T extends Named>(list: readonly T[], id: string, wanted: T | undefined): readonly T[] {
  const others = list.filter(({ Id }) => Id !== id);
  return wanted === undefined ? others : [...others, wanted];
}

/** Statements of a policy; IAM allows one that is in no list. */
export function statementsOf(policy: OpenPolicy | undefined): readonly { readonly Sid?: string }[] {
  const { Statement = [] } = policy ?? {};
  return "length" in Statement ? (Statement as readonly { readonly Sid?: string }[]) : [Statement as { Sid?: string }];
}

/**
 * A policy without the statements that have one of these names, and with the wanted ones; the others as they are, in
 * their order. Undefined when nothing is left to say.
 */
export function withStatements(
  policy: OpenPolicy | undefined,
  outdated: readonly string[],
  wanted: readonly { readonly Sid: string }[],
): OpenPolicy | undefined {
  const ours = new Set([...outdated, ...wanted.map(({ Sid }) => Sid)]);
  const others = statementsOf(policy).filter(({ Sid }) => Sid === undefined || !ours.has(Sid));
  const Statement = [...others, ...wanted];
  return Statement.length === 0 ? undefined : { Version: "2012-10-17", ...policy, Statement };
}
