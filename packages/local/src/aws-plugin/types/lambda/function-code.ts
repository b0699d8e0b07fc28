import type * as aws from "@pulumi/aws";
import { InvalidInputError } from "@slipway/core";
import type { FunctionCode, Lambda } from "@aws-sdk/client-lambda";
import type { Context } from "../../context";
import { SettleError } from "../../errors";
import { zipOf } from "../../archive";
import type { Plain } from "../../plain";
import { poll } from "../poll";

/** The code of a function: a container image, or files packed. */
export async function functionCode(inputs: Plain<aws.lambda.FunctionArgs>): Promise<FunctionCode> {
  if (inputs.imageUri !== undefined) return { ImageUri: inputs.imageUri };
  if (inputs.code === undefined) throw new InvalidInputError("code", `function ${inputs.name} has none`);
  return { ZipFile: await zipOf(inputs.code) };
}

/**
 * Waits until a function has taken its last change.
 * @throws SettleError when AWS could not apply it.
 */
export async function untilUpdated(context: Context, lambda: Lambda, FunctionName: string): Promise<void> {
  const subject = `function ${FunctionName}`;
  const ask = async (): Promise<true | undefined> => {
    const { State, StateReason, LastUpdateStatus, LastUpdateStatusReason } = await lambda.getFunctionConfiguration({
      FunctionName,
    });
    if (State === "Failed" || LastUpdateStatus === "Failed") {
      throw new SettleError(subject, `failed: ${LastUpdateStatusReason || StateReason || "no reason given"}`);
    }
    return State !== "Pending" && LastUpdateStatus !== "InProgress" ? true : undefined;
  };
  await poll(context, { subject, intervalMilliseconds: 100, timeoutSeconds: 10 * 60 }, ask, () => "it still updates");
}
