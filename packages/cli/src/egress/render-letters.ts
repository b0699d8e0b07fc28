import type { LostFlag } from "@slipway/data-egress/library";
import type { Style } from "../render/style";
import { renderTable } from "../render/table";
import { moment } from "../render/time";

/** Dead letters, one a line, each with why it was given up, and with why nobody is needed any more. */
export const renderLetters = (letters: readonly LostFlag[], now: Date, style: Style): string =>
  renderTable(
    ["SINCE", "FLAG", "CODE", "REASON"],
    letters.map(({ messageId, flag, failure, sentAt, settlement }) => [
      sentAt === undefined ? "" : moment(sentAt, now),
      flag ?? `message ${messageId}`,
      failure?.code ?? "",
      `${failure?.reason ?? "not recorded"}${settlement === undefined ? "" : ` [${settledAs(settlement)}]`}`,
    ]),
    style,
  );

/** Why nobody is needed. */
export const settledAs = (settlement: NonNullable<LostFlag["settlement"]>): string =>
  settlement.kind === "dismissed" ? "dismissed" : `superseded: job ${settlement.jobId} has sent the folder since`;
