import type { LostFlag } from "@slipway/data-egress/library";
import type { Style } from "../render/style";
import { renderTable } from "../render/table";
import { moment } from "../render/time";

/** Dead letters, one a line, each with why it was given up. */
export const renderLetters = (letters: readonly LostFlag[], now: Date, style: Style): string =>
  renderTable(
    ["SENT", "FLAG", "CODE", "REASON"],
    letters.map(({ messageId, flag, failure, sentAt }) => [
      sentAt === undefined ? "" : moment(sentAt, now),
      flag ?? `message ${messageId}`,
      failure?.code ?? "",
      failure?.reason ?? "not recorded",
    ]),
    style,
  );
