import type { CommandResult } from "../command";
import type { CommandContext } from "../context";
import { exitCodes } from "../exit-codes";
import { createStyle, type Style } from "../render/style";

/** Letters that are looked at when nobody said how many: nobody else sees those for a while. */
export const LOOK = 100;

/** What a library takes and gives back for it. */
type Call<Letter> = (options: {
  readonly dryRun?: boolean;
  readonly limit: number | undefined;
  readonly signal: AbortSignal;
}) => Promise<{ readonly letters: readonly Letter[]; readonly redriven: number }>;

/** Dead letters of something, and how they are shown. */
export interface Redrive<Letter> {
  readonly schema: string;
  /** What goes into the JSON beside the letters. */
  readonly about: Readonly<Record<string, unknown>>;
  /** Name of what the letters are of, for people. */
  readonly name: string;
  readonly redrive: Call<Letter>;
  readonly json: (letter: Letter) => Record<string, unknown>;
  readonly render: (letters: readonly Letter[], style: Style) => string;
}

/** Shows dead letters, asks, and sends them back to their queue. */
export async function runRedrive<Letter>(
  { schema, about, name, redrive, json, render }: Redrive<Letter>,
  { limit, dryRun, yes }: { readonly limit: number | undefined; readonly dryRun: boolean; readonly yes: boolean },
  { ask, progress, signal }: CommandContext,
): Promise<CommandResult> {
  const finish = (letters: readonly Letter[], redriven: number): CommandResult => ({
    schema,
    data: { ...about, letters: letters.map(json), redriven, dry_run: dryRun },
    text: (style) =>
      [...(letters.length === 0 ? [] : [render(letters, style)]), ending(letters.length, redriven)].join("\n"),
    exitCode: signal.aborted ? exitCodes.interrupted : exitCodes.ok,
  });
  const ending = (found: number, redriven: number): string => {
    if (found === 0) return `${name} has no dead letters`;
    return dryRun ? `would send ${count(found)} back; nothing was written` : `sent ${count(redriven)} back`;
  };

  progress.begin(`looking for dead letters of ${name}`);
  if (dryRun || !yes) {
    const { letters } = await redrive({ dryRun: true, limit: limit ?? LOOK, signal });
    if (dryRun || letters.length === 0 || signal.aborted) return finish(letters, 0);
    progress.end();
    progress.warn(render(letters, createStyle(false)));
    await ask.confirm({ action: `sending ${count(letters.length)} of ${name} back`, yes });
    progress.begin(`sending dead letters of ${name} back`);
  }
  const { letters, redriven } = await redrive({ limit, signal });
  return finish(letters, redriven);
}

const count = (amount: number): string => `${amount} dead letter${amount === 1 ? "" : "s"}`;
