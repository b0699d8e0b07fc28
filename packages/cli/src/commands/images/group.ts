/** One line for `slipway --help`. */
export const describe = "Images that services publish, by label";
