import { getStack } from "@pulumi/pulumi";
import { programOf } from "./programs";

// Pulumi calls what a program exports and takes its result for the stack's outputs.
export = programOf(getStack());
