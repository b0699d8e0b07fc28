/** One line for `slipway --help`. */
export const describe = "Prepare, deploy, roll back and look at releases";
