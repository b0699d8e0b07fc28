import { describe } from "./errors";
import { endWithParent } from "../plugin-life";
import { serve } from "./server";

// The engine shows what a plugin writes; the SDK's advice on Node versions is not for the person who deploys.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

endWithParent();

// The engine starts the plugin, reads the port from its output, and ends it.
serve(process.env).then(
  (port) => process.stdout.write(`${port}\n`),
  (error: unknown) => {
    process.stderr.write(`${describe(error)}\n`);
    process.exitCode = 1;
  },
);
