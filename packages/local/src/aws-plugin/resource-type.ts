import type { Context } from "./context";
import type { Plain, Props } from "./plain";

/**
 * How two values of an input are compared.
 * - `value`: structs by field, lists without regard to order (most lists of AWS are sets)
 * - `list`: as `value`, but the order of the list counts
 * - `map`: keys are data (tags, variables), so an extra key is a difference
 * - `json`: a JSON document by content
 * - `policy`: an IAM policy document by meaning
 * - `archive`: an asset or archive by content hash
 */
export type Kind = "value" | "list" | "map" | "json" | "policy" | "archive";

/** The fields of a struct input that an entry honours; any other field is refused by name. */
export type Fields<T> = T extends readonly (infer U)[]
  ? Fields<U>
  : T extends object
    ? { readonly [K in keyof T]?: true | Fields<NonNullable<T[K]>> }
    : true;

/** What the provider knows about one input of a resource type. */
export interface Rule {
  /** AWS cannot change it in place; a function answers that for the wanted inputs. */
  readonly replaces?: true | ((news: Props) => boolean);
  /** The official provider's own default, filled in by check. */
  readonly default?: string | number | boolean;
  /** AWS chooses a value when none is given, so its presence in the account is no drift. */
  readonly computed?: true;
  /** AWS never gives it back (write-only, or meaningful to Pulumi only): the last input stands for it. */
  readonly carried?: true;
  /** Refused when absent. */
  readonly required?: boolean;
  /** Default: `value`. */
  readonly kind?: Kind;
  /** Honoured fields of a struct or a list of structs. */
  readonly fields?: object;
}

type RuleOf<T> = Omit<Rule, "fields" | "required"> & {
  readonly fields?: Fields<NonNullable<Plain<T>>>;
} & (undefined extends Plain<T> ? { readonly required?: boolean } : { readonly required: true });

/** How an absent name is chosen, as the official provider does: logical name, dash, 7 hexadecimal digits. */
export interface AutoName {
  readonly property: string;
  /** Longest name that AWS takes. */
  readonly maxLength: number;
  /** Put before the logical name, e.g. `alias/`. */
  readonly prefix?: string;
  /** For names that AWS takes without capitals only. */
  readonly lowerCase?: true;
  /** Put after the digits, e.g. `.fifo`. */
  readonly suffix?: (inputs: Props) => string;
}

/** An in-place change. */
export interface Change<I, S> {
  readonly inputs: I;
  readonly previous: I;
  readonly state: S;
  /** Whether any of the named inputs differs from the previous deployment. */
  changed(...names: (keyof I & string)[]): boolean;
}

/**
 * One resource type of the stand-in provider: `Args` and `State` are the types of the same name in `@pulumi/aws`, so
 * that an input or output that does not exist there does not compile.
 */
export interface ResourceType<Args extends object, State extends object> {
  /** Type token, e.g. `aws:dynamodb/table:Table`. */
  readonly token: string;
  /** Every input that is honoured; any other is refused by name. `region` and, with a rule for it, `tags` come for free. */
  readonly inputs: { readonly [K in keyof Args]?: RuleOf<Args[K]> };
  /** Outputs that AWS decides: unknown in the preview of a creation. */
  readonly outputs: readonly (keyof State & string)[];
  /** Outputs that an update may change: unknown in its preview. */
  readonly volatile?: readonly (keyof State & string)[];
  /** Outputs that the engine must keep secret even where the program gave them in the open. */
  readonly secrets?: readonly (keyof State & string)[];
  readonly autoName?: AutoName;
  /** Two resources with the same values here cannot coexist: a replacement that keeps them deletes first. */
  readonly identity?: readonly (keyof Args & string)[];
  /** Set for services without regions (IAM). */
  readonly global?: true;
  /** Makes the resource and answers its id. Nothing that can fail may follow the call that creates: that is `settle`. */
  create(context: Context, inputs: Plain<Args>): Promise<string>;
  /** What is left to do or wait for once the resource exists; its failure leaves a recorded resource, never an orphan. */
  settle?(context: Context, id: string, inputs: Plain<Args>): Promise<void>;
  /** What AWS says now, or undefined when it is gone. `known` is the last state (empty for an import). */
  read(
    context: Context,
    id: string,
    known: Partial<Plain<State>>,
  ): Promise<(Partial<Plain<State>> & { id?: string }) | undefined>;
  /** Absent when every input forces a replacement. */
  update?(context: Context, id: string, change: Change<Plain<Args>, Partial<Plain<State>>>): Promise<void>;
  /** Deleting what is gone already succeeds. */
  delete(context: Context, id: string, state: Partial<Plain<State>>): Promise<void>;
}

/** A resource type whose `Args` and `State` are forgotten, as the protocol server sees it. */
export type AnyResourceType = ResourceType<Props, Props>;

/** The rules of a type, `region` included where it applies. */
export function rulesOf(type: AnyResourceType): Readonly<Record<string, Rule>> {
  const own: Record<string, Rule> = {};
  for (const [name, rule] of Object.entries(type.inputs)) if (rule !== undefined) own[name] = rule;
  return type.global === true ? own : { ...own, region: { replaces: true, computed: true } };
}
