import { Config } from "@pulumi/pulumi";
import { source } from "./program";

const config = new Config();

// Pulumi takes what a program exports for the stack's outputs.
export = source({
  repository: config.require("repository"),
  gitLayerArn: config.getBoolean("machineGit") === true ? undefined : config.require("gitLayerArn"),
});
