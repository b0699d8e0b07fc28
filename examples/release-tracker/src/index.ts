import { Config } from "@pulumi/pulumi";
import { shop } from "./program";

const config = new Config();

// Pulumi takes what a program exports for the stack's outputs.
export = shop({ subnets: config.requireObject("subnets"), securityGroups: config.requireObject("securityGroups") });
