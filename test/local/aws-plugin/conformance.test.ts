import { expect } from "chai";
import type * as pulumi from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation";
import { resourceTypes } from "../../../packages/local/src/aws-plugin/types/registry";
import { StandInProvider } from "../../../packages/local/src/aws-plugin/provider";
import { conformanceCases } from "./cases";
import type { ConformanceCase } from "./conformance-case";
import { AnyResource, inlineStack, recordOperations, type Operations } from "./stack";
import { createWorld, type World } from "./world";

const STAGES = ["created", "updated", "replaced"] as const;
type Stage = (typeof STAGES)[number];

interface Deployed {
  readonly token: string;
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly state: Readonly<Record<string, unknown>>;
}

/** Unlike for types of the same name in different services. */
const nameOf = ({ token }: ConformanceCase): string =>
  `c-${token.split(/[:/]/)[1]}-${token.split(":").at(-1)?.toLowerCase()}`;
const has = (stage: Stage, wanted: Stage): boolean => STAGES.indexOf(stage) >= STAGES.indexOf(wanted);

function argsAt(stage: Stage, conformance: ConformanceCase, world: World): pulumi.Inputs {
  return {
    ...conformance.args(world),
    ...(has(stage, "updated") && conformance.updateWith?.(world)),
    ...(has(stage, "replaced") && conformance.replaceWith?.(world)),
  };
}

async function deployedIn(stack: Stack): Promise<Map<string, Deployed>> {
  const { deployment } = await stack.exportStack();
  const resources: {
    urn: string;
    type: string;
    id?: string;
    inputs?: Record<string, unknown>;
    outputs?: Record<string, unknown>;
  }[] = deployment.resources;
  return new Map(
    resources.map(({ urn, type, id = "", inputs = {}, outputs = {} }) => [
      urn.split("::").at(-1) ?? "",
      { token: type, id, inputs, state: outputs },
    ]),
  );
}

const wronglyHandled = (cases: readonly ConformanceCase[], operations: Operations, operation: string): string[] =>
  cases.filter((conformance) => operations.get(nameOf(conformance))?.has(operation) !== true).map(({ token }) => token);

describe("stand-in aws provider", function () {
  this.timeout(240_000);
  let stack: Stack;
  let stage: Stage = "created";

  const program = async (): Promise<void> => {
    const world = createWorld();
    for (const conformance of conformanceCases) {
      new AnyResource(conformance.token, nameOf(conformance), argsAt(stage, conformance, world));
    }
  };

  const deploy = async (next: Stage): Promise<Operations> => {
    stage = next;
    const { onEvent, operations } = recordOperations();
    await stack.up({ onEvent });
    return operations;
  };

  const expectNoDifference = async (): Promise<void> => {
    await stack.preview({ expectNoChanges: true, diff: true });
    await stack.refresh({ expectNoChanges: true });
    await stack.preview({ expectNoChanges: true, diff: true });
  };

  before(async () => {
    stack = await inlineStack("conformance", program);
  });

  it("has a conformance case for every resource type", () => {
    const tested = conformanceCases.map(({ token }) => token).sort();
    expect(tested).to.deep.equal(resourceTypes.map(({ token }) => token).sort());
  });

  it("creates every type, with nothing left to change after that and after a refresh", async () => {
    const operations = await deploy("created");

    expect(wronglyHandled(conformanceCases, operations, "create")).to.deep.equal([]);
    await expectNoDifference();
  });

  it("updates in place what can be, with nothing left to change", async () => {
    const operations = await deploy("updated");

    const changed = conformanceCases.filter(({ updateWith }) => updateWith !== undefined);
    expect(wronglyHandled(changed, operations, "update")).to.deep.equal([]);
    expect([...operations.values()].some((kinds) => kinds.has("replace"))).to.equal(false);
    await expectNoDifference();
  });

  it("replaces what cannot be updated, with nothing left to change", async () => {
    const operations = await deploy("replaced");

    const changed = conformanceCases.filter(({ replaceWith }) => replaceWith !== undefined);
    expect(wronglyHandled(changed, operations, "replace")).to.deep.equal([]);
    await expectNoDifference();
  });

  it("imports every type without a difference", async () => {
    const deployed = await deployedIn(stack);
    const imported = await inlineStack("conformance-import", async () => {
      for (const conformance of conformanceCases) {
        const { id = "", inputs = {}, state = {} } = deployed.get(nameOf(conformance)) ?? {};
        const options = { import: conformance.importId?.({ ...state, id }) ?? id, retainOnDelete: true };
        new AnyResource(conformance.token, nameOf(conformance), inputsOf(conformance, inputs), [], options);
      }
    });
    const { onEvent, operations } = recordOperations();

    await imported.up({ onEvent });

    expect(wronglyHandled(conformanceCases, operations, "import")).to.deep.equal([]);
    await imported.preview({ expectNoChanges: true, diff: true });
    await imported.destroy();
  });

  it("deletes every type and leaves nothing behind", async () => {
    const deployed = await deployedIn(stack);
    await stack.destroy();

    const provider = new StandInProvider(process.env);
    await provider.configure({});
    const immaterial = conformanceCases.filter((conformance) => conformance.immaterial).map(({ token }) => token);
    const survivors: string[] = [];
    for (const { token, id, state } of deployed.values()) {
      if (!token.startsWith("aws:") || immaterial.includes(token)) continue;
      if ((await provider.read({ token, id }, {}, state)) !== undefined) survivors.push(token);
    }
    expect(survivors).to.deep.equal([]);
  });
});

/** The program of an import: the inputs of the last deployment, with references resolved to what they were. */
function inputsOf(conformance: ConformanceCase, inputs: Readonly<Record<string, unknown>>): pulumi.Inputs {
  const left = new Set<string>(conformance.notImported);
  const given = Object.entries(inputs).filter(([name]) => !name.startsWith("__") && !left.has(name));
  return Object.fromEntries(given.map(([name, value]) => [name, revealed(value)]));
}

/** A secret of an exported state in the open. */
function revealed(value: unknown): unknown {
  const isSecret = typeof value === "object" && value !== null && "plaintext" in value;
  return isSecret ? JSON.parse(String(value.plaintext)) : value;
}
