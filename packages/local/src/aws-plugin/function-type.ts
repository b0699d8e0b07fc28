import type { Context } from "./context";
import type { Plain, Props } from "./plain";

/** One function (data source) of the stand-in provider, typed by its `Args` and `Result` in `@pulumi/aws`. */
export interface FunctionType<Args extends object, Result extends object> {
  /** Function token, e.g. `aws:index/getRegion:getRegion`. */
  readonly token: string;
  /** Every argument that is honoured (`region` comes for free); any other is refused by name. */
  readonly inputs: readonly (keyof Args & string)[];
  /** Results that the engine must keep secret. */
  readonly secrets?: readonly (keyof Result & string)[];
  run(context: Context, args: Plain<Args>): Promise<Partial<Plain<Result>>>;
}

/** A function whose types are forgotten, as the protocol server sees it. */
export type AnyFunctionType = FunctionType<Props, Props>;
