import { textAt } from "@slipway/code-push/webhooks";
import { ServiceUnreachableError } from "@slipway/aws-runtime";
import type { Clock } from "@slipway/core";
import { queryHash, signConnectToken } from "../core/bitbucket-jwt";

const ADDRESS = "https://bitbucket.org/site/oauth2/access_token";
const GRANT = "urn:bitbucket:oauth2:jwt";
/** Seconds that our own tokens are good for. */
const LIFETIME = 180;
/** Milliseconds. */
const PATIENCE = 5_000;

/** Access tokens of the Bitbucket app: an installation's shared secret proves who asks. */
export class BitbucketTokens {
  constructor(
    private readonly appKey: string,
    private readonly clock: Clock,
    private readonly send: typeof fetch = fetch,
  ) {}

  /** @throws ServiceUnreachableError when Bitbucket gives none */
  async token(clientKey: string, sharedSecret: string): Promise<string> {
    const now = Math.floor(this.clock.now().getTime() / 1000);
    const qsh = queryHash({ method: "POST", path: new URL(ADDRESS).pathname, query: "" });
    const claims = { iss: this.appKey, sub: clientKey, iat: now, exp: now + LIFETIME, qsh };
    const response = await this.send(ADDRESS, {
      method: "POST",
      headers: {
        authorization: `JWT ${signConnectToken(claims, sharedSecret)}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams({ grant_type: GRANT }).toString(),
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE),
    });
    const token = response.ok ? textAt(await response.json(), "access_token") : undefined;
    if (token === undefined) throw new ServiceUnreachableError("bitbucket:AccessToken", `status ${response.status}`);
    return token;
  }
}
