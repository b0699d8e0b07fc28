/** One line for `slipway --help`. */
export const describe = "Artefacts that are promoted from one environment to the next";
