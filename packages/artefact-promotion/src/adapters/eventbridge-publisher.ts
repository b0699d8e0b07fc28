import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { EventBridgePublisher as Publisher } from "@slipway/aws-runtime/events";
import { EVENT_SOURCE, type EventType } from "../contract";

/** Events of promotions on an EventBridge bus. */
export class EventBridgePublisher extends Publisher<EventType> {
  /** @param bus Name or ARN. */
  constructor(client: EventBridgeClient, bus: string) {
    super(client, bus, EVENT_SOURCE);
  }
}
