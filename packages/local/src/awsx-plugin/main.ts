import { provider } from "@pulumi/pulumi";
import { endWithParent } from "../plugin-life";
import { awsxProvider } from "./provider";

endWithParent();
void provider.main(awsxProvider, process.argv.slice(2));
