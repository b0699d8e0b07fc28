import { InvalidInputError } from "@slipway/core";
import { defineCommand } from "../../command";
import { callerAccount } from "../../push/caller-account";
import { shortRef, shortSha } from "../../push/options";

export const command = defineCommand({
  describe: "Archive what a repository is at now, without any code push deployed",
  mutates: true,
  positionals: {
    repository: { type: "string", demandOption: true, describe: "Address: https://..., ssh://... or git@host:path" },
    bucket: { type: "string", demandOption: true, describe: "Bucket that it goes to" },
    key: { type: "string", demandOption: true, describe: "Key in the bucket; what is there is replaced" },
  },
  options: {
    ref: { type: "string", describe: "refs/heads/... or refs/tags/...", defaultDescription: "the remote's HEAD" },
    credentials: {
      type: "string",
      describe: "Secret that the repository is fetched with (CJ_PUSHCODE_GIT_CREDENTIALS_ID)",
      defaultDescription: "none: a public repository",
    },
    "bucket-owner": {
      type: "string",
      describe: "Account id of the bucket",
      defaultDescription: "the caller's account",
    },
    submodules: { type: "string", choices: ["refuse", "ignore"], default: "refuse", describe: "What a submodule does" },
  },
  examples: [["slipway push once https://github.com/acme/shop.git my-bucket shop.zip", "Try it out"]],
  run: async ({ repository, bucket, key, ref, credentials, bucketOwner, submodules, dryRun }, context) => {
    if (bucketOwner !== undefined && !/^\d{12}$/.test(bucketOwner)) {
      throw new InvalidInputError("--bucket-owner", `${bucketOwner} is no account id`);
    }
    const { CREDENTIALS_VARIABLE, pushOnce } = await context.libraries.push();
    const secret = credentials ?? (context.env[CREDENTIALS_VARIABLE] || undefined);
    const asked = { repository, bucket, key, ref: ref ?? null, dry_run: dryRun };
    if (dryRun) {
      return {
        schema: "slipway.push-once.v1",
        data: asked,
        text: () => `would put ${ref === undefined ? "HEAD" : shortRef(ref)} of ${repository} to s3://${bucket}/${key}`,
      };
    }
    context.progress.begin(`fetching ${repository}`);
    const pushed = await pushOnce({
      repository,
      bucket: { name: bucket, owner: bucketOwner ?? (await callerAccount()) },
      key,
      ref,
      credentialsSecretId: secret,
      submodules: submodules === "ignore" ? "ignore" : "refuse",
    });
    return {
      schema: "slipway.push-once.v1",
      data: {
        ...asked,
        ref: pushed.ref,
        sha: pushed.sha,
        version_id: pushed.versionId ?? null,
        size: pushed.size,
        files: pushed.files,
        checksum_sha256: pushed.checksum,
      },
      text: () =>
        `s3://${bucket}/${key} is ${shortRef(pushed.ref)} at ${shortSha(pushed.sha)}: ${pushed.files} files, ${pushed.size} bytes`,
    };
  },
});
