import { Config } from "@pulumi/pulumi";
import { source } from "./program";

// Pulumi takes what a program exports for the stack's outputs.
export = source(new Config().require("targetAccount"));
