import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { EVENT_SOURCE } from "../contract";
import type { EventPublisher, TrackerEvent } from "../core/ports";
import { callAws } from "./aws-errors";

/** Events on an EventBridge bus. */
export class EventBridgePublisher implements EventPublisher {
  /** @param bus Name or ARN. */
  constructor(
    private readonly client: EventBridgeClient,
    private readonly bus: string,
  ) {}

  async publish({ type, detail }: TrackerEvent): Promise<string | undefined> {
    const entry = { Source: EVENT_SOURCE, DetailType: type, Detail: JSON.stringify(detail), EventBusName: this.bus };
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
