import type * as aws from "@pulumi/aws";
import { createHash } from "node:crypto";
import { parseJson } from "../../compare";
import type { Context } from "../../context";
import { SettleError, unlessAbsent } from "../../errors";
import { isProps, type Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";

type Args = Plain<aws.lambda.InvocationArgs>;

const CREATE_ONLY = "CREATE_ONLY";
const CRUD = "CRUD";

/** What functions answered, by id: Lambda keeps no answers, and only the creation's own read can ask for one. */
const answers = new Map<string, string>();

const idOf = ({ functionName, qualifier, input }: Args): string =>
  `${functionName}_${qualifier ?? "$LATEST"}_${createHash("md5").update(input).digest("hex")}`;

/** The input of an invocation that is told which step of the resource's life it is for. */
function withStep({ input, lifecycleScope, terraformKey = "tf" }: Args, action: string, previous?: string): string {
  const given = parseJson(input);
  if (lifecycleScope !== CRUD || !isProps(given)) return input;
  const prev_input = previous === undefined ? null : parseJson(previous);
  return JSON.stringify({ ...given, [terraformKey]: { action, prev_input } });
}

async function invoke({ clients }: Context, { functionName, qualifier }: Args, payload: string): Promise<string> {
  const answer = await (
    await clients.lambda()
  ).invoke({ FunctionName: functionName, Qualifier: qualifier, Payload: Buffer.from(payload) });
  const text = answer.Payload === undefined ? "" : Buffer.from(answer.Payload).toString("utf8");
  if (answer.FunctionError) throw new SettleError(`function ${functionName}`, `failed: ${text}`);
  return text;
}

/** An invocation of a Lambda function while a stack is deployed. Id: function, qualifier and hash of the input. */
export const invocation: ResourceType<aws.lambda.InvocationArgs, aws.lambda.InvocationState> = {
  token: "aws:lambda/invocation:Invocation",
  inputs: {
    functionName: { required: true, replaces: true },
    input: {
      required: true,
      carried: true,
      kind: "json",
      replaces: ({ lifecycleScope = CREATE_ONLY }) => lifecycleScope === CREATE_ONLY,
    },
    lifecycleScope: { carried: true, default: CREATE_ONLY },
    qualifier: { replaces: true, default: "$LATEST" },
    terraformKey: { carried: true, default: "tf" },
    triggers: { carried: true, replaces: true, kind: "map" },
  },
  outputs: ["result"],
  volatile: ["result"],

  async create(context, inputs) {
    const id = idOf(inputs);
    answers.set(id, await invoke(context, inputs, withStep(inputs, "create")));
    return id;
  },

  async read(_context, id, known) {
    const result = answers.get(id) ?? known.result;
    answers.delete(id);
    // An import names it with commas; a function's own name may hold underscores.
    const [functionName, qualifier] = id.includes(",") ? id.split(",") : [];
    return { functionName, qualifier, ...known, id: id.replaceAll(",", "_"), result };
  },

  async update(context, id, { inputs, previous }) {
    if (inputs.lifecycleScope !== CRUD) return;
    answers.set(id, await invoke(context, inputs, withStep(inputs, "update", previous.input)));
  },

  async delete(context, _id, state) {
    const { functionName = "", input = "{}", lifecycleScope, qualifier, terraformKey } = state;
    if (lifecycleScope !== CRUD) return;
    const last = { functionName, input, lifecycleScope, qualifier, terraformKey };
    await unlessAbsent(invoke(context, last, withStep(last, "delete", input)), "ResourceNotFoundException");
  },
};
