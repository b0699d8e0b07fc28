/** One line for `slipway --help`. */
export const describe = "Static sites: deployments, releases, provisioning and removal";
