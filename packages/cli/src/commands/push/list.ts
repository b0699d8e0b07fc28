import { defineCommand } from "../../command";
import { requireCount } from "../../options/require-count";
import { openPush } from "../../push/open-push";
import { repositoryOption, shortRef, shortSha } from "../../push/options";
import { firstPage, pageText } from "../../render/page";
import { renderTable } from "../../render/table";
import { moment } from "../../render/time";
import { stackOption } from "../../stack/options";

export const command = defineCommand({
  describe: "List what was pushed, latest first",
  mutates: false,
  options: {
    ...stackOption,
    ...repositoryOption,
    sha: { type: "string", describe: "Beginning of a commit id" },
    limit: { type: "number", default: 20, describe: "How many" },
  },
  examples: [
    ["slipway push list --stack tools", "The last twenty"],
    ["slipway push list --stack tools --sha 4daea14", "Where a commit went"],
  ],
  run: async ({ stack, repository, sha, limit }, context) => {
    requireCount("limit", limit);
    const { client, name } = await openPush(stack, context);
    const { shown: pushes, complete } = await firstPage(limit, (most) =>
      client.listPushes({ repository, sha, limit: most }),
    );
    const now = context.clock.now();
    return {
      schema: "slipway.pushes.v1",
      data: { stack, code_push: name, pushes: pushes.map((push) => ({ ...push })), complete },
      text: (style) =>
        pushes.length === 0
          ? `${name} has pushed nothing${sha === undefined ? "" : ` of ${sha}`} yet`
          : pageText(
              renderTable(
                ["PUSHED", "REF", "COMMIT", "BY", "MESSAGE", "KEY"],
                pushes.map((push) => [
                  moment(push.pushed_at, now),
                  `${push.repository} ${shortRef(push.ref)}`,
                  shortSha(push.sha),
                  push.author.replace(/ <.*$/, ""),
                  push.message,
                  push.key,
                ]),
                style,
              ),
              complete,
            ),
    };
  },
});
