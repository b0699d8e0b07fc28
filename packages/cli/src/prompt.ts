import type { Readable, Writable } from "node:stream";
import { ConfirmationNeededError, DeclinedError, InterruptedError } from "./errors";

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
}

/** Asks on the terminal with \@clack/prompts, which is loaded only when a question has to be asked. */
export function createAsk(terminal: PromptTerminal | undefined, signal: AbortSignal): Ask {
  return {
    confirm: async ({ action, yes }) => {
      if (yes) return;
      const message = `Go ahead with ${action}?`;
      if (!terminal) throw new ConfirmationNeededError(message, "--yes");
      const { confirm, isCancel } = await import("@clack/prompts");
      const answer = await confirm({ message, initialValue: false, signal, ...terminal });
      if (isCancel(answer)) throw new InterruptedError();
      if (!answer) throw new DeclinedError(action);
    },
    typeName: async ({ action, expected, confirm }) => {
      if (confirm !== undefined) return requireName(action, expected, confirm);
      const message = `Type "${expected}" to go ahead with ${action}`;
      if (!terminal) throw new ConfirmationNeededError(message, `--confirm ${expected}`);
      const { isCancel, text } = await import("@clack/prompts");
      const answer = await text({ message, signal, ...terminal });
      if (isCancel(answer)) throw new InterruptedError();
      requireName(action, expected, answer);
    },
  };
}

function requireName(action: string, expected: string, given: string): void {
  if (given !== expected) throw new DeclinedError(action);
}
