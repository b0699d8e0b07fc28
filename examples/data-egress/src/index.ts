import { Config } from "@pulumi/pulumi";
import { reports } from "./program";

const config = new Config();

// Pulumi takes what a program exports for the stack's outputs.
export = reports({
  serviceImage: config.require("serviceImage"),
  partnerBucket: config.require("partnerBucket"),
  subnetIds: config.requireObject<string[]>("subnetIds"),
  securityGroupIds: config.requireObject<string[]>("securityGroupIds"),
});
