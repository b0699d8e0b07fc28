import { Config } from "@pulumi/pulumi";
import { sites } from "./program";

const config = new Config();
const [hostedZoneId, baseDomain] = [config.get("hostedZoneId"), config.get("baseDomain")];

// Pulumi takes what a program exports for the stack's outputs.
export = sites(hostedZoneId && baseDomain ? { hostedZoneId, baseDomain } : undefined);
