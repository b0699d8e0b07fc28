import {
  type CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";
import { callFailed } from "./errors";

/** Where a build's log goes. */
export interface BuildLog {
  line(text: string): void;
  /** Lets go of what is still to be sent; lines after it are lost. */
  end(): Promise<void>;
}

const INTERVAL_MILLISECONDS = 250;
/** Most that one call takes. */
const BATCH_LINES = 5000;
const LONGEST_LINE = 100_000;

/**
 * Opens the build's stream in CloudWatch Logs, and the group where it is missing, as CodeBuild does: with the rights of
 * the project's role.
 * @throws PhaseFailedError when the role may not.
 */
export async function openBuildLog(
  client: CloudWatchLogsClient,
  { groupName, streamName }: { readonly groupName?: string | undefined; readonly streamName?: string | undefined },
): Promise<BuildLog> {
  if (groupName === undefined || streamName === undefined) return { line: () => {}, end: async () => {} };
  const stream = { logGroupName: groupName, logStreamName: streamName };
  try {
    await createStream(client, stream);
  } catch (error) {
    throw callFailed("the role does not let CodeBuild create its log stream", error);
  }
  return new CloudWatchLog(client, stream);
}

type Stream = { readonly logGroupName: string; readonly logStreamName: string };

async function createStream(client: CloudWatchLogsClient, stream: Stream): Promise<void> {
  try {
    await client.send(new CreateLogStreamCommand(stream));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    await client.send(new CreateLogGroupCommand({ logGroupName: stream.logGroupName })).catch((failure: unknown) => {
      if (!(failure instanceof ResourceAlreadyExistsException)) throw failure;
    });
    await client.send(new CreateLogStreamCommand(stream));
  }
}

/** Sends lines in batches, one after the other, so that they stay in order. */
class CloudWatchLog implements BuildLog {
  #waiting: { message: string; timestamp: number }[] = [];
  #sending: Promise<void> = Promise.resolve();
  readonly #timer = setInterval(() => this.#send(), INTERVAL_MILLISECONDS);

  constructor(
    private readonly client: CloudWatchLogsClient,
    private readonly stream: Stream,
  ) {}

  line(text: string): void {
    // CloudWatch refuses an event without a character.
    this.#waiting.push({ message: text.slice(0, LONGEST_LINE) || " ", timestamp: Date.now() });
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    while (this.#waiting.length > 0) {
      this.#send();
      await this.#sending;
    }
    await this.#sending;
  }

  #send(): void {
    if (this.#waiting.length === 0) return;
    const logEvents = this.#waiting.splice(0, BATCH_LINES);
    this.#sending = this.#sending
      .then(() => this.client.send(new PutLogEventsCommand({ ...this.stream, logEvents })))
      .then(
        () => {},
        // A log that cannot be written is no reason for a build to fail, on AWS neither.
        () => {},
      );
  }
}
