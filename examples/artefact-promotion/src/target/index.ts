import { Config } from "@pulumi/pulumi";
import { target } from "./program";

const config = new Config();

// Pulumi takes what a program exports for the stack's outputs.
export = target(config.require("sourceAccount"), config.getBoolean("protect"));
