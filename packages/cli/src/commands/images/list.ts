import { defineCommand } from "../../command";
import { renderTable } from "../../render/table";
import { moment } from "../../render/time";
import { openTracker } from "../../tracker/open-tracker";
import { trackerOptions } from "../../tracker/options";

export const command = defineCommand({
  describe: "List the images under a label",
  mutates: false,
  options: { ...trackerOptions, label: { type: "string", default: "latest", describe: "Label, or an environment id" } },
  examples: [["slipway images list --label staging", "What staging was told to run"]],
  run: async ({ label, ...args }, context) => {
    const images = await (await openTracker(args, context)).listImages({ label });
    const now = context.clock.now();
    return {
      schema: "slipway.images.v1",
      data: {
        label,
        images: images.map(({ service, uri, version, publishedBy, publishedAt }) => ({
          service,
          uri,
          version,
          published_by: publishedBy ?? null,
          published_at: publishedAt ?? null,
        })),
      },
      text: (style) =>
        images.length === 0
          ? `no image under ${label}`
          : renderTable(
              ["SERVICE", "IMAGE", "VERSION", "BY", "WHEN"],
              images.map(({ service, uri, version, publishedBy, publishedAt }) => [
                service,
                uri,
                String(version),
                publishedBy ?? "",
                publishedAt ? moment(publishedAt, now) : "",
              ]),
              style,
            ),
    };
  },
});
