/** The system's code of an error, e.g. ENOSPC. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/** In one line, with the system's code, which the messages of some errors leave out. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [line = ""] = error.message.split("\n");
  const code = codeOf(error);
  if (code === "ENOSPC") return "the volume is full (ENOSPC)";
  return code === undefined || line.includes(code) ? line : `${line} (${code})`;
}
