import { createClients, type Clients, type ClientOptions } from "./clients";
import { providerCredentials } from "./credentials";
import type { Settings } from "./settings";

/** What an operation on one resource may use. */
export interface Context {
  readonly clients: Clients;
  readonly region: string;
  readonly partition: string;
  /** Account that the credentials belong to. */
  accountId(): Promise<string>;
  /** Aborted when the engine cancels. */
  readonly signal: AbortSignal;
  /** Seconds that the resource's `customTimeouts` allow, or undefined for the type's own default. */
  readonly timeoutSeconds: number | undefined;
}

/** A configured provider: one set of credentials, clients by region. */
export class Session {
  private readonly credentials: ClientOptions["credentials"];
  private readonly clients = new Map<string, Clients>();
  private account: Promise<string> | undefined;

  constructor(
    readonly settings: Settings,
    private readonly signal: AbortSignal,
  ) {
    this.credentials = providerCredentials(settings);
  }

  /** The context of an operation in `region`. */
  in(region: string, timeoutSeconds?: number): Context {
    const clients = this.clients.get(region) ?? createClients(this.settings, region, this.credentials);
    this.clients.set(region, clients);
    return {
      clients,
      region,
      partition: "aws",
      accountId: () => this.accountId(),
      signal: this.signal,
      timeoutSeconds: timeoutSeconds === 0 ? undefined : timeoutSeconds,
    };
  }

  /** Account of the credentials, asked once. */
  accountId(): Promise<string> {
    this.account ??= this.in(this.settings.region)
      .clients.sts()
      .then((sts) => sts.getCallerIdentity({}))
      .then(({ Account }) => Account ?? "");
    return this.account;
  }
}
