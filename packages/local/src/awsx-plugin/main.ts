// Before the SDK: the plugin is up in half the time.
import "@slipway/automation/lean-sdk";
import { provider } from "@pulumi/pulumi";
import { endWithParent } from "../plugin-life";
import { awsxProvider } from "./provider";

endWithParent();
void provider.main(awsxProvider, process.argv.slice(2));
