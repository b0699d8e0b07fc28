import Table from "cli-table3";
import { inLine } from "./printable";
import type { Style } from "./style";

const bare = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

const BRIEF = 70;

/** A long text as a cell of a table: its first line, cut. */
export function brief(text = ""): string {
  const [line = ""] = text.trim().split(/[\r\n]/, 1);
  return line.length < text.trim().length || line.length > BRIEF ? `${line.slice(0, BRIEF - 1).trimEnd()}…` : line;
}

/** Columns aligned with two blanks between, no lines: easy to read, and to cut with awk. Cells may be coloured; each is one line. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[], style: Style): string {
  const table = new Table({
    head: head.map((title) => style("bold", title)),
    chars: bare,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  });
  table.push(...rows.map((row) => row.map(inLine)));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
