import type { Route } from "./http";
import type { ImageSource, ResolvedImage } from "./image-source";

const NAME = "(?<name>.+)";

/** Endpoints of images: inspect, pull, look at the registry, tag. */
export function imageRoutes(images: ImageSource): Route[] {
  return [
    {
      method: "GET",
      path: new RegExp(`^/images/${NAME}/json$`),
      handle: async ({ parameters }) => ({
        status: 200,
        json: imageView(await images.resolve(parameters["name"] ?? "")),
      }),
    },
    {
      method: "GET",
      path: new RegExp(`^/distribution/${NAME}/json$`),
      handle: async ({ parameters }) => {
        const { digest } = await images.resolve(parameters["name"] ?? "");
        return { status: 200, json: { Descriptor: { digest }, Platforms: [] } };
      },
    },
    {
      method: "POST",
      path: /^\/images\/create$/,
      handle: async ({ query }) => {
        const reference = pulledReference(query.get("fromImage") ?? "", query.get("tag") ?? "latest");
        const { digest } = await images.resolve(reference);
        // Docker reports progress as a stream; clients read it to its end before they go on.
        return { stream: (response) => response.end(`${JSON.stringify({ status: `Digest: ${digest}` })}\n`) };
      },
    },
    {
      method: "POST",
      path: new RegExp(`^/images/${NAME}/tag$`),
      // The registry is the only store there is: a name for this machine alone has nowhere to go.
      handle: () => ({ status: 201 }),
    },
  ];
}

function pulledReference(repository: string, tag: string): string {
  return `${repository}${tag.startsWith("sha256:") ? "@" : ":"}${tag}`;
}

function imageView({ reference, repository, digest, image }: ResolvedImage) {
  return {
    Id: digest,
    RepoTags: reference.includes("@") ? [] : [reference],
    RepoDigests: [`${repository}@${digest}`],
    Os: process.platform,
    Architecture: process.arch,
    Size: 0,
    Config: { Cmd: image.command, Labels: {} },
  };
}
