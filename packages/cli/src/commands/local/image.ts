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
  },
  examples: [["slipway local image shop/web:v1 --env VERSION=v1 -- node /srv/web.js", "Needs the repository to exist"]],
  run: async ({ image, env = [], dryRun, "--": command = [] }, context) => {
    const [program, ...args] = command;
    if (program === undefined) {
      throw new InvalidInputError("command", "is missing", "end the line with -- and the program to run");
    }
    const environment = Object.fromEntries(env.map(parseVariable));
    const directory = localDirectory(context);
    if (dryRun) {
      const data = { image, command, dry_run: true };
      return { schema: "slipway.local-image.v1", data, text: () => `${image} would run: ${command.join(" ")}` };
    }
    const { pushLocalImage } = await context.libraries.local();
    const { uri, digest } = await pushLocalImage({ directory, image, command: [program, ...args], environment });
    const data = { image, command, uri, digest, dry_run: false };
    return { schema: "slipway.local-image.v1", data, text: () => `${uri}@${digest}` };
  },
});

function parseVariable(text: string): readonly [string, string] {
  const separator = text.indexOf("=");
  if (separator > 0) return [text.slice(0, separator), text.slice(separator + 1)];
  throw new InvalidInputError("--env", `${text} is not NAME=value`, "write it as NAME=value");
}
