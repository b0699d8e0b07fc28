import { Config } from "@pulumi/pulumi";
import { source } from "./program";

const config = new Config();

// Pulumi takes what a program exports for the stack's outputs.
export = source(config.require("targetAccount"), {
  operatorRoleArns: config.getObject<string[]>("operatorRoleArns"),
  protect: config.getBoolean("protect"),
});
