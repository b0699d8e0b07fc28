import { PutEventsCommand, type EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { EventPublisher, SlipwayEvent } from "@slipway/core";
import { callAws } from "./call-aws";

/** Events on an EventBridge bus. */
export class EventBridgePublisher<Type extends string = string> implements EventPublisher<Type> {
  /** @param bus Name or ARN. @param source The `source` of all events. */
  constructor(
    private readonly client: EventBridgeClient,
    private readonly bus: string,
    private readonly source: string,
  ) {}

  async publish({ type, detail }: SlipwayEvent<Type>): Promise<string | undefined> {
    const entry = { Source: this.source, DetailType: type, Detail: JSON.stringify(detail), EventBusName: this.bus };
    try {
      const command = new PutEventsCommand({ Entries: [entry] });
      const { Entries } = await callAws(`events:PutEvents ${this.bus}`, () => this.client.send(command));
      const problem = Entries?.[0]?.ErrorMessage;
      return problem === undefined ? undefined : describe(type, problem);
    } catch (error) {
      return describe(type, error instanceof Error ? error.message : String(error));
    }
  }
}

const describe = (type: string, problem: string): string => `event "${type}" could not be published: ${problem}`;
