import { isAbsolute } from "node:path";
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { InvalidInputError } from "@slipway/core";
import type { LambdaFunctionArgs } from "./lambda-function";

/** What the function runs. @throws InvalidInputError */
export function codeOf(args: LambdaFunctionArgs): Partial<aws.lambda.FunctionArgs> {
  const { bundle, imageUri, imageCommand, layerArns } = args;
  if (imageUri !== undefined) {
    if (bundle !== undefined) throw new InvalidInputError("bundle", "is given, and so is imageUri", "give one of them");
    if (layerArns !== undefined) throw new InvalidInputError("layerArns", "is given, but an image takes no layers");
    return {
      packageType: "Image",
      imageUri,
      ...(imageCommand === undefined ? {} : { imageConfig: { commands: [imageCommand] } }),
    };
  }
  if (bundle === undefined) throw new InvalidInputError("bundle", "is not given, and neither is imageUri");
  if (!isAbsolute(bundle)) {
    throw new InvalidInputError("bundle", `${bundle} is not absolute`, "use path.resolve(__dirname, ...)");
  }
  if (imageCommand !== undefined) throw new InvalidInputError("imageCommand", "is given, but imageUri is not");
  return {
    runtime: args.runtime ?? "nodejs24.x",
    handler: "index.handler",
    code: new pulumi.asset.FileArchive(bundle),
    ...(layerArns === undefined ? {} : { layers: layerArns }),
  };
}

/** Whose network the function is in, if anybody's. @throws InvalidInputError */
export function placeOf({ subnetIds, securityGroupIds }: LambdaFunctionArgs): Partial<aws.lambda.FunctionArgs> {
  if (subnetIds === undefined && securityGroupIds === undefined) return {};
  if (subnetIds === undefined) throw new InvalidInputError("subnetIds", "is not given, but securityGroupIds is");
  if (securityGroupIds === undefined) throw new InvalidInputError("securityGroupIds", "is not given, but subnetIds is");
  return { vpcConfig: { subnetIds, securityGroupIds } };
}
