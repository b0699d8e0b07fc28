import type * as pulumi from "@pulumi/pulumi";
import type { World } from "./world";

/** How one resource type is put through its life. */
export interface ConformanceCase<Args extends object = pulumi.Inputs> {
  /** Type token. */
  readonly token: string;
  /** Inputs of the first deployment. */
  args(world: World): Args;
  /** Inputs that are then changed in place; absent when the type takes no change in place. */
  updateWith?(world: World): Partial<Args>;
  /** Inputs that are changed last, so that it is replaced; absent when nothing forces a replacement. */
  replaceWith?(world: World): Partial<Args>;
  /** The id that imports it, from its own id and outputs; default: its id. */
  importId?(state: Readonly<Record<string, unknown>>): string;
  /** Inputs that an import cannot recover and that the importing program leaves out. */
  readonly notImported?: readonly (keyof Args & string)[];
  /** AWS keeps nothing of it, so it cannot be seen to be gone. */
  readonly immaterial?: true;
}
