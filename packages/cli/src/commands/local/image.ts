import { InvalidInputError } from "@slipway/core";
import { defineCommand } from "../../command";
import { localDirectory } from "../../stack/local-directory";

export const command = defineCommand({
  describe: "Push an image that is a command of this machine (the words after --) to the local registry",
  mutates: true,
  takesRest: true,
  positionals: { image: { type: "string", demandOption: true, describe: "Repository and tag, e.g. shop/web:v1" } },
  options: {
    env: { type: "string", array: true, describe: "NAME=value that the image brings along; may be repeated" },
    revision: { type: "string", describe: "Git commit that it is built from", defaultDescription: "none is named" },
  },
  examples: [
    ["slipway local image shop/web:v1 --env VERSION=v1 -- node /srv/web.js", "Needs the repository to exist"],
    ["slipway local image shop/web:v2 --revision 4daea14 -- node /srv/web.js", "`slipway trace 4daea14` finds it"],
  ],
  run: async ({ image, env = [], revision, dryRun, "--": command = [] }, context) => {
    const [program, ...args] = command;
    if (program === undefined) {
      throw new InvalidInputError("command", "is missing", "end the line with -- and the program to run");
    }
    const environment = Object.fromEntries(env.map(parseVariable));
    if (revision !== undefined && !/^[0-9a-f]{7,64}$/.test(revision)) {
      throw new InvalidInputError("--revision", `${revision} is no commit id`, "write 7 hex digits of it or more");
    }
    const directory = localDirectory(context);
    if (dryRun) {
      const data = { image, command, revision: revision ?? null, dry_run: true };
      return { schema: "slipway.local-image.v1", data, text: () => `${image} would run: ${command.join(" ")}` };
    }
    const { pushLocalImage } = await context.libraries.local();
    const built = { image, command: [program, ...args], environment, revision } as const;
    const { uri, digest } = await pushLocalImage({ directory, ...built });
    const data = { image, command, revision: revision ?? null, uri, digest, dry_run: false };
    return { schema: "slipway.local-image.v1", data, text: () => `${uri}@${digest}` };
  },
});

function parseVariable(text: string): readonly [string, string] {
  const separator = text.indexOf("=");
  if (separator > 0) return [text.slice(0, separator), text.slice(separator + 1)];
  throw new InvalidInputError("--env", `${text} is not NAME=value`, "write it as NAME=value");
}
