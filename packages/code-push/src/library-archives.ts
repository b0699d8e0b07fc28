/**
 * Where archives are in a code push's bucket, for whoever takes them over. Decisions only: nothing here calls anybody.
 */
export { DEFAULT_KEY_TEMPLATE } from "./contract";
export { archiveKey, keysBeside, pointerKey } from "./core/keys";
export { parsePointer } from "./core/latest";
export type { Pointer } from "./core/latest";
export { parseRepositoryId } from "./core/repositories";
