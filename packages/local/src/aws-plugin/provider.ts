import { InvalidInputError } from "@slipway/core";
import type { Naming } from "./auto-name";
import { check, type Checked } from "./check";
import { Session, type Context } from "./context";
import { diff, type Difference } from "./diff";
import { InitialisationError, NotInStandInError } from "./errors";
import { functionTypes } from "./invokes/registry";
import { isBlank, type Props } from "./plain";
import { inputsFromState, outputsFromState, plannedOutputs, updatedOutputs, withoutMarks } from "./reconcile";
import type { AnyResourceType } from "./resource-type";
import { parseSettings } from "./settings";
import { resourceTypes } from "./types/registry";
import { withSecrets } from "./wire";

/** A resource as the engine names it. */
export interface Subject {
  /** Type token. */
  readonly token: string;
  readonly id: string;
  /** Seconds of the resource's `customTimeouts`; 0 or absent: the type's default. */
  readonly timeoutSeconds?: number;
  readonly preview?: boolean;
}

/** A resource as it was read. */
export interface Reading {
  readonly id: string;
  readonly inputs: Props;
  readonly outputs: Props;
}

const TYPES = new Map(resourceTypes.map((type) => [type.token, type]));
const FUNCTIONS = new Map(functionTypes.map((type) => [type.token, type]));

function typeOf(token: string): AnyResourceType {
  const type = TYPES.get(token);
  if (type === undefined) throw new NotInStandInError("resource type", token);
  return type;
}

const regionIn = (...bags: Props[]): string | undefined =>
  bags.map((bag) => bag["region"]).find((region) => typeof region === "string");

/** What is imported from another region than the provider's is named `id@region`, as for the official provider. */
function importedId(type: AnyResourceType, id: string): [id: string, region: Props] {
  const [, plain, region] = /^(.*)@([a-z]{2}(?:-[a-z]+)+-\d)$/.exec(id) ?? [];
  return type.global === true || plain === undefined ? [id, {}] : [plain, { region }];
}

/** The operations of a resource provider on plain values; the protocol server translates. */
export class StandInProvider {
  private readonly cancellation = new AbortController();
  private session: Session | undefined;

  constructor(private readonly env: NodeJS.ProcessEnv) {}

  /** Takes provider options; until then no operation that talks to AWS is possible. */
  async configure(options: Props): Promise<void> {
    const settings = parseSettings(options, this.env);
    const session = new Session(settings, this.cancellation.signal);
    const { allowedAccountIds, forbiddenAccountIds } = settings;
    if (allowedAccountIds.length > 0 || forbiddenAccountIds.length > 0) {
      const account = await session.accountId();
      const isAllowed = allowedAccountIds.length === 0 || allowedAccountIds.includes(account);
      if (!isAllowed || forbiddenAccountIds.includes(account)) {
        throw new InvalidInputError("aws:allowedAccountIds", `AWS account ${account} is not allowed`);
      }
    }
    this.session = session;
  }

  /** Stops what waits. */
  cancel(): void {
    this.cancellation.abort();
  }

  check(token: string, olds: Props, news: Props, naming: Naming): Checked {
    return check(typeOf(token), olds, news, { naming, defaultTags: this.configured().settings.defaultTags });
  }

  diff(token: string, olds: Props, state: Props, news: Props): Difference {
    const current = regionIn(state);
    const wanted = regionIn(news) ?? this.configured().settings.region;
    return diff(typeOf(token), olds, news, { wanted, ...(current !== undefined && { current }) });
  }

  async create(subject: Subject, inputs: Props): Promise<Reading> {
    const type = typeOf(subject.token);
    if (subject.preview === true)
      return { id: "", inputs, outputs: this.finished(type, inputs, plannedOutputs(type, inputs)) };
    const context = this.context(subject, inputs);
    const id = await type.create(context, inputs);
    try {
      await type.settle?.(context, id, inputs);
      return { id, inputs, outputs: await this.outputs(type, context, id, inputs, withoutMarks(inputs)) };
    } catch (cause) {
      const outputs = this.finished(type, inputs, { ...withoutMarks(inputs), id });
      throw new InitialisationError(id, outputs, { cause });
    }
  }

  /** What AWS reports, or undefined when the resource is gone. */
  async read(subject: Subject, lastInputs: Props, lastState: Props): Promise<Reading | undefined> {
    const type = typeOf(subject.token);
    const [plainId, importedFrom] = importedId(type, subject.id);
    const context = this.context(subject, lastState, lastInputs, importedFrom);
    const observed = await type.read(context, plainId, lastState);
    if (observed === undefined) return undefined;
    const id = typeof observed.id === "string" ? observed.id : plainId;
    const state = this.located(type, lastInputs, { region: context.region, ...observed, id });
    const inputs = inputsFromState(type, lastInputs, { ...state, region: lastInputs["region"] });
    return {
      id,
      inputs: withSecrets(inputs, type.secrets),
      outputs: withSecrets(outputsFromState(type, inputs, state), type.secrets),
    };
  }

  async update(subject: Subject, change: { olds: Props; state: Props; news: Props }): Promise<Props> {
    const type = typeOf(subject.token);
    const { olds, state, news } = change;
    if (subject.preview === true) return this.finished(type, news, updatedOutputs(type, state, news));
    const context = this.context(subject, state, news);
    const { changes } = diff(type, olds, news);
    const names = new Set(changes.map(({ path }) => path.split(/[.[]/)[0]));
    if (names.size === 0) await type.settle?.(context, subject.id, news);
    await type.update?.(context, subject.id, {
      inputs: news,
      previous: olds,
      state,
      changed: (...wanted) => wanted.some((name) => names.has(name)),
    });
    return this.outputs(type, context, subject.id, news, { ...state, ...withoutMarks(news) });
  }

  async delete(subject: Subject, state: Props): Promise<void> {
    await typeOf(subject.token).delete(this.context(subject, state), subject.id, state);
  }

  async invoke(token: string, args: Props): Promise<Props> {
    const type = FUNCTIONS.get(token);
    if (type === undefined) throw new NotInStandInError("function", token);
    const stranger = Object.keys(args).find(
      (name) => name !== "region" && !type.inputs.includes(name) && !isBlank(args[name]),
    );
    if (stranger !== undefined) throw new NotInStandInError("input", stranger, token);
    const session = this.configured();
    const region = regionIn(args) ?? session.settings.region;
    return withSecrets({ ...args, region, ...(await type.run(session.in(region), args)) }, type.secrets);
  }

  private configured(): Session {
    if (this.session === undefined) throw new Error("the provider was not configured");
    return this.session;
  }

  private context(subject: Subject, ...bags: Props[]): Context {
    const session = this.configured();
    return session.in(regionIn(...bags) ?? session.settings.region, subject.timeoutSeconds);
  }

  private async outputs(
    type: AnyResourceType,
    context: Context,
    id: string,
    inputs: Props,
    known: Props,
  ): Promise<Props> {
    const observed = await type.read(context, id, known);
    if (observed === undefined) throw new Error(`${type.token} ${id} is gone right after it was written`);
    return this.finished(type, inputs, { ...outputsFromState(type, inputs, observed), id });
  }

  private finished(type: AnyResourceType, inputs: Props, outputs: Props): Props {
    return withSecrets(this.located(type, inputs, outputs), type.secrets);
  }

  /** Adds what every resource has: its region and, where it takes tags, all of its tags. */
  private located(type: AnyResourceType, inputs: Props, outputs: Props): Props {
    const region = regionIn(inputs, outputs) ?? this.configured().settings.region;
    return {
      ...outputs,
      ...(type.global !== true && { region }),
      ...(type.inputs["tags"] !== undefined && { tagsAll: outputs["tags"] ?? {} }),
    };
  }
}
