import type { Readable, Writable } from "node:stream";
import { ConfirmationNeededError, DeclinedError, InterruptedError } from "./errors";
import { inLine } from "./render/printable";

/** A yes-or-no question. */
export interface Confirmation {
  /** What is about to be done, e.g. `up of staging`; used in the question and when it is declined. */
  readonly action: string;
  /** `--yes` was given. */
  readonly yes: boolean;
}

/** A question that is answered by typing a name. */
export interface TypedConfirmation {
  readonly action: string;
  /** The name to type. */
  readonly expected: string;
  /** `--confirm <name>` was given. */
  readonly confirm: string | undefined;
}

/** How commands ask. Both resolve when the answer is yes and throw otherwise. */
export interface Ask {
  /** @throws ConfirmationNeededError, DeclinedError, InterruptedError */
  confirm(question: Confirmation): Promise<void>;
  /** @throws ConfirmationNeededError, DeclinedError, InterruptedError */
  typeName(question: TypedConfirmation): Promise<void>;
}

/** The terminal to ask on, or undefined where there is none. */
export interface PromptTerminal {
  readonly input: Readable;
  readonly output: Writable;
  /** Whether to move no cursor and to paint nothing: `TERM=dumb`, `NO_COLOR`, `--no-color`. */
  readonly plain: boolean;
}

/** Asks on the terminal: plainly where it is to be so, else with \@clack/prompts, which is loaded only when a question has to be asked. */
export function createAsk(terminal: PromptTerminal | undefined, signal: AbortSignal): Ask {
  return {
    confirm: async ({ action, yes }) => {
      if (yes) return;
      const message = `Go ahead with ${inLine(action)}?`;
      if (!terminal) throw new ConfirmationNeededError(message, "--yes");
      if (!(await confirmOn(terminal, message, signal))) throw new DeclinedError(action);
    },
    typeName: async ({ action, expected, confirm }) => {
      if (confirm !== undefined) return requireName(action, expected, confirm);
      const message = `Type "${expected}" to go ahead with ${inLine(action)}`;
      if (!terminal) throw new ConfirmationNeededError(message, `--confirm ${expected}`);
      requireName(action, expected, await nameOn(terminal, message, signal));
    },
  };
}

function requireName(action: string, expected: string, given: string): void {
  if (given !== expected) throw new DeclinedError(action);
}

async function confirmOn(terminal: PromptTerminal, message: string, signal: AbortSignal): Promise<boolean> {
  if (terminal.plain) return /^y(es)?$/i.test((await askPlainly(terminal, `${message} (y/N) `, signal)).trim());
  const { confirm, isCancel } = await import("@clack/prompts");
  const { input, output } = terminal;
  const answer = await confirm({ message, initialValue: false, signal, input, output });
  if (isCancel(answer)) throw new InterruptedError();
  return answer;
}

async function nameOn(terminal: PromptTerminal, message: string, signal: AbortSignal): Promise<string> {
  if (terminal.plain) return (await askPlainly(terminal, `${message}: `, signal)).trim();
  const { isCancel, text } = await import("@clack/prompts");
  const { input, output } = terminal;
  const answer = await text({ message, signal, input, output });
  if (isCancel(answer)) throw new InterruptedError();
  return answer;
}

/** One line in, one line out. The end of the input is no answer. @throws InterruptedError */
async function askPlainly({ input, output }: PromptTerminal, message: string, signal: AbortSignal): Promise<string> {
  const { createInterface } = await import("node:readline");
  const lines = createInterface({ input, output, terminal: false });
  const close = (): void => lines.close();
  try {
    return await new Promise((resolve, reject) => {
      lines.once("close", () => reject(new InterruptedError()));
      signal.addEventListener("abort", close, { once: true });
      if (signal.aborted) close();
      else lines.question(message, resolve);
    });
  } finally {
    signal.removeEventListener("abort", close);
    close();
  }
}
