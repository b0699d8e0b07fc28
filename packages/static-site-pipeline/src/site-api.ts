import * as pulumi from "@pulumi/pulumi";
import { createHttpApi, type HttpApiRoute } from "@slipway/lambda";
import { ROUTES } from "./contract";
import { createWebhookFunctions, type Queues, type SiteParts } from "./site-functions";

/** Creates the HTTP API where anybody is served; answers its address, or nothing. */
export function createApi(
  name: string,
  parts: SiteParts,
  queues: Queues,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const { args } = parts;
  const hasBitbucket = args.bitbucketAppKey !== undefined;
  const hasWebhooks = Object.keys(args.webhookSecretArns ?? {}).length > 0 || args.githubAppSecretArn !== undefined;
  if (!hasBitbucket && !hasWebhooks) return pulumi.output("");
  const [publicUrl, setPublicUrl] = pulumi.deferredOutput<string>();
  const { accept, descriptor } = createWebhookFunctions(name, parts, { queues, publicUrl }, parent);
  const { bitbucketDescriptor, webhook, ...bitbucket } = ROUTES;
  const accepted = [...(hasWebhooks ? [webhook] : []), ...(hasBitbucket ? Object.values(bitbucket) : [])];
  const routes: HttpApiRoute[] = accepted.map((routeKey) => ({ routeKey, answers: "accept" }));
  const api = createHttpApi(
    name,
    {
      description: `Webhooks of the sites of ${name}`,
      functions: { accept, ...(descriptor === undefined ? {} : { descriptor }) },
      routes: [
        ...routes,
        ...(descriptor === undefined ? [] : [{ routeKey: bitbucketDescriptor, answers: "descriptor" }]),
      ],
      requestsPerSecond: args.requestsPerSecond ?? 50,
      requestBurst: args.requestBurst ?? 100,
      alarms: {
        serverErrors: `${name}: hosts were answered 5xx; the access log and the log of ${name}-accept say why`,
        clientErrors: () =>
          `${name}: webhooks were refused; was a secret changed on one side only, or is there a flood of them?`,
      },
      alarmActions: args.alarmActions,
    },
    parent,
  );
  setPublicUrl(api.apiEndpoint);
  return api.apiEndpoint;
}
