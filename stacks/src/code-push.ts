import { CodePush, type CodePushArgs } from "@slipway/code-push";
import { InvalidInputError, type KnownFields } from "@slipway/core";
import { PROJECT_ID } from "./config";
import { fieldsOf } from "./strict";

/** What the stack itself decides. */
const DECIDED = ["codePushName", "eventBusName", "protect"] as const;

/**
 * The setting `slipway:codePush`: arguments of a CodePush, of which the stack itself decides the rest. It holds the ARNs of
 * secrets, never their values.
 */
export type CodePushSettings = Omit<CodePushArgs, (typeof DECIDED)[number]>;

/** What {@link CodePushSettings} may hold. */
export const codePushFields = (): KnownFields => fieldsOf("code-push:index:CodePush", DECIDED);

/** The archives of what is pushed to the configured repositories; nothing where none is configured. */
export function createCodePush(settings: CodePushSettings | undefined, protect: boolean) {
  if (settings === undefined) return {};
  const { repositories, webhookSecretArns } = settings as Partial<CodePushSettings>;
  if (!Array.isArray(repositories)) throw wrong("has no list of repositories");
  if (repositories.length === 0) return {};
  if (webhookSecretArns === undefined) throw wrong("has no webhookSecretArns");
  const source = new CodePush(`${PROJECT_ID}-source`, { ...settings, codePushName: PROJECT_ID, protect });
  return { codePush: source.connection, webhookUrls: source.webhookUrls };
}

const wrong = (problem: string): InvalidInputError =>
  new InvalidInputError("slipway:codePush", problem, "Pulumi.yaml shows what it looks like");
