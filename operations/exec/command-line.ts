/** Words that no splitting changes; a `#` would begin a comment. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/**
 * The one text that ECS takes for a command. Its agent splits the text as a shell does, but expands nothing and
 * starts no shell: `$HOME`, `*` and `|` reach the program as they are.
 *
 * @see https://github.com/aws/amazon-ssm-agent/blob/mainline/agent/session/shell/shell_unix.go
 */
export function commandLine(words: readonly string[]): string {
  return words
    .map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(" ");
}
