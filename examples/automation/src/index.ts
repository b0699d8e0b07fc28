import { program } from "./program";

/** The stack's outputs, for plain `pulumi up`. */
export const { parameterName, token } = program();
