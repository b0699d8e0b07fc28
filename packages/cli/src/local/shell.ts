/** A value quoted for sh, so that nothing in it is expanded. */
export const quote = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;

/** Lines for `eval` in sh, bash and zsh: first what must not be set, then the variables. */
export function shellLines(env: Readonly<Record<string, string>>, unset: readonly string[]): string {
  const remove = unset.length === 0 ? [] : [`unset ${unset.join(" ")}`];
  return [...remove, ...Object.entries(env).map(([name, value]) => `export ${name}=${quote(value)}`)].join("\n");
}
