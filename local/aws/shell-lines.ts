/** The shell's own variable, which no program gets, with the lines that restore what was there. */
const SAVED = "leave_local_aws";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Lines for sh, bash, zsh or ksh that set and unset variables, and save what they replace. Repeated,
 * they keep what the first ones saved.
 *
 * @param shell the values that the shell has exported
 */
export function enteringLines(variables: Variables, shell: Variables): string {
  const replaced = Object.keys(variables).map((name): [string, string | undefined] => [
    name,
    shell[name],
  ]);
  const restoring = lines(Object.fromEntries(replaced));
  return [
    `if [ -z "\${${SAVED}+set}" ]; then ${SAVED}=${quoted(restoring)}; fi`,
    lines(variables),
  ].join("\n");
}

/** Lines that restore what `enteringLines` replaced. */
export function leavingLines(): string {
  return [
    `if [ -n "\${${SAVED}+set}" ]; then eval "$${SAVED}"; unset ${SAVED}`,
    `else echo 'This shell does not point to the local AWS.' >&2; fi`,
  ].join("\n");
}

function lines(variables: Variables): string {
  return Object.entries(variables)
    .map(([name, value]) =>
      value === undefined ? `unset ${name}` : `export ${name}=${quoted(value)}`,
    )
    .join("\n");
}

/** One word for the shell, which expands nothing between single quotes. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}
