/**
 * The shell's own variable with the lines that restore what was there. The values are in variables whose
 * names begin with it. None is exported, so no program gets them.
 */
const SAVED = "leave_local_aws";

/** Of the endpoint and the configuration file in one word: only these lines export both like this. */
const INHERITED = '"http://127.0.0.1:"*" /dev/null"';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Lines for sh, bash, zsh or ksh that set and unset variables, and save what they replace. Repeated,
 * they keep what the first ones saved. In a shell that inherited the variables they save nothing: the
 * values there are not the user's.
 *
 * The shell copies the values that it replaces from one variable to another: none is in the lines, which
 * a terminal shows and a pipeline's log keeps.
 *
 * @param exported the names of the variables that the shell has exported; others are restored for the
 * shell alone
 */
export function enteringLines(variables: Variables, exported: readonly string[]): string {
  const names = Object.keys(variables);
  const restoring = names.map((name) => restoringLine(name, exported.includes(name)));
  return [
    `case "\${${SAVED}+saved} \${AWS_ENDPOINT_URL-} \${AWS_CONFIG_FILE-}" in`,
    `saved*|" "${INHERITED}) ;;`,
    `*)`,
    ...names.map(savingLine),
    `${SAVED}=${quoted(restoring.join("\n"))} ;;`,
    "esac",
    ...Object.entries(variables).map(([name, value]) =>
      value === undefined ? `unset ${name}` : `export ${name}=${quoted(value)}`,
    ),
  ].join("\n");
}

/** Lines that restore what `enteringLines` replaced. */
export function leavingLines(): string {
  return [
    `if [ -n "\${${SAVED}+set}" ]; then eval "$${SAVED}"; unset ${SAVED}`,
    `else case "\${AWS_ENDPOINT_URL-} \${AWS_CONFIG_FILE-}" in`,
    `${INHERITED}) echo 'This shell inherited the variables of the local AWS, and not what they replaced.' >&2`,
    `echo '→ Leave it with exit, or open a new one.' >&2 ;;`,
    `*) echo 'This shell does not point to the local AWS.' >&2 ;;`,
    "esac; fi",
  ].join("\n");
}

function savingLine(name: string): string {
  const saver = `${SAVED}_${name}`;
  return `unset ${saver}; if [ -n "\${${name}+set}" ]; then ${saver}="$${name}"; fi`;
}

function restoringLine(name: string, isExported: boolean): string {
  const saver = `${SAVED}_${name}`;
  const restored = `${isExported ? "export " : ""}${name}="$${saver}"`;
  return `unset ${name}; if [ -n "\${${saver}+set}" ]; then ${restored}; unset ${saver}; fi`;
}

/** One word for the shell, which expands nothing between single quotes. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}
