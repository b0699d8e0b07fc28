/** One line for `slipway --help`. */
export const describe = "Data that is sent out when a flag arrives, with receipts";
