/** One line for `slipway --help`. */
export const describe = "Archives of what is pushed to repositories";
