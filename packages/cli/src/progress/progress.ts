import type { Clock } from "@slipway/core";
import { inLine, printable } from "../render/printable";
import { duration } from "../render/time";

/** Where a piece of long work stands. */
export interface Standing {
  readonly done: number;
  /** Unknown until the engine has told. */
  readonly total?: number | undefined;
  /** What is being worked on now. */
  readonly current?: string;
}

/** Progress and notices, on stderr. */
export interface Progress {
  /** One line; hidden by `--quiet`. */
  note(line: string): void;
  /** One finished piece of the work: a line of its own where nothing is redrawn, or with `--verbose`. */
  step(line: string): void;
  /** One line, always. */
  warn(line: string): void;
  /** Long work begins; it ends with `end`. */
  begin(label: string): void;
  /** Redraws the live line on a terminal; kept for the line after 30 s of silence elsewhere. */
  update(standing: Standing): void;
  end(): void;
}

/** What a progress reporter needs of its surroundings. */
export interface ProgressSettings {
  write(text: string): void;
  /** Whether one line may be redrawn: a terminal, not `TERM=dumb`, not CI. */
  readonly live: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Columns of the terminal; the live line is cut to them. */
  readonly columns: number;
  readonly clock: Clock;
}

const silenceLimit = 30_000;
const tick = 1000;
const clearLine = "\r\u001B[K";

/** A reporter that draws one live line on a terminal, and elsewhere says every 30 s that it still works. */
export function createProgress(settings: ProgressSettings): Progress {
  const { write, live, quiet, verbose, clock } = settings;
  let work: { label: string; since: number; standing: Standing } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let lastWrite = 0;

  const elapsed = (): string => duration(clock.now().getTime() - (work?.since ?? 0));
  const describe = (): string => {
    if (!work) return "";
    const { done, total, current } = work.standing;
    const count = total === undefined ? (done > 0 ? `${done}` : "") : `${done}/${total}`;
    return [work.label, count, current ?? "", elapsed()].filter((part) => part !== "").join(" · ");
  };
  const draw = (): void => {
    if (live && work && !quiet) write(`${clearLine}${inLine(describe()).slice(0, settings.columns - 1)}`);
  };
  const line = (given: string): void => {
    const text = printable(given);
    lastWrite = clock.now().getTime();
    write(live && work ? `${clearLine}${text}\n` : `${text}\n`);
    draw();
  };
  const onTick = (): void => {
    if (live) draw();
    else if (clock.now().getTime() - lastWrite >= silenceLimit) line(`still working: ${describe()}`);
  };
  const stop = (): void => {
    if (timer) clearInterval(timer);
    timer = undefined;
    if (live && work && !quiet) write(clearLine);
    work = undefined;
  };

  return {
    note: (text) => void (quiet || line(text)),
    step: (text) => void (quiet || (live && !verbose) || line(text)),
    warn: (text) => line(text),
    begin: (label) => {
      stop();
      if (!live && !quiet) line(`${label} ...`);
      work = { label, since: clock.now().getTime(), standing: { done: 0 } };
      lastWrite = work.since;
      if (!quiet) timer = setInterval(onTick, tick).unref();
      draw();
    },
    update: (standing) => {
      if (!work) return;
      work.standing = standing;
      draw();
    },
    end: stop,
  };
}
