import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import type { Identity, Requester } from "@slipway/core";
import { callAws } from "./call-aws";

/** Who the ambient credentials belong to. Asks once. */
export class StsIdentity implements Identity {
  private answer: Promise<Requester> | undefined;

  constructor(private readonly client: STSClient) {}

  whoami(): Promise<Requester> {
    this.answer ??= this.ask();
    return this.answer;
  }

  private async ask(): Promise<Requester> {
    const command = new GetCallerIdentityCommand({});
    const { Arn = "unknown" } = await callAws("sts:GetCallerIdentity", () => this.client.send(command));
    return { id: Arn, name: Arn.split(/[/:]/).at(-1) ?? Arn };
  }
}

/** An identity that is known beforehand. */
export const fixedIdentity = (requester: Requester): Identity => ({ whoami: () => Promise.resolve(requester) });
