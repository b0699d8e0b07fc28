/** One line for `slipway --help`. */
export const describe = "A local AWS with everything that Pulumi needs, for this project";
