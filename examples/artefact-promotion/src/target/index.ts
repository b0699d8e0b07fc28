import { Config } from "@pulumi/pulumi";
import { target } from "./program";

// Pulumi takes what a program exports for the stack's outputs.
export = target(new Config().require("sourceAccount"));
