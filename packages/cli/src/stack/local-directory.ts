import type { CommandContext } from "../context";
import { findPulumiProject } from "./project";

/** The project that a local environment belongs to: the one around the current folder, or the folder itself. */
export const localDirectory = ({ cwd }: CommandContext): string => findPulumiProject(cwd) ?? cwd;
