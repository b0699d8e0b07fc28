import { createRequire } from "node:module";
import { PulumiCommand, type PulumiCommandOptions } from "@pulumi/pulumi/automation";

type Version = NonNullable<PulumiCommandOptions["version"]>;

// The SDK only takes a version object made by its own copy of semver.
const sdkRequire = createRequire(require.resolve("@pulumi/pulumi/automation"));
const { SemVer } = sdkRequire("semver") as { SemVer: new (version: string) => Version };

/** Program of its own, because the SDK's installer can't be cancelled: `node download-main.js <folder> <version>`. */
async function main([root, version]: readonly string[]): Promise<void> {
  if (root === undefined || version === undefined) throw new TypeError("usage: download-main <folder> <version>");
  await PulumiCommand.install({ root, version: new SemVer(version) });
}

void main(process.argv.slice(2));
