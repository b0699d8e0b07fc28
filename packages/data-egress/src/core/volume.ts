import { VOLUME_PATH } from "../agent-contract";

/**
 * The folder below the volume's root that a path in a container means: `warehouse` for `/data-egress/warehouse/`.
 * Undefined when the path is not below the volume, is its root, or is among the service's own folders.
 */
export function folderOfVolume(path: string): string | undefined {
  if (!path.startsWith(`${VOLUME_PATH}/`)) return undefined;
  const parts = path
    .slice(VOLUME_PATH.length + 1)
    .replace(/\/+$/, "")
    .split("/");
  const fine = parts.every((part) => part !== "" && !part.startsWith("."));
  return fine ? parts.join("/") : undefined;
}
