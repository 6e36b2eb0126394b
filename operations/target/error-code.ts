/** Whether an error bears one of these codes: those of the operating system (`ENOENT`), or of DNS. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  if (typeof error !== "object" || error === null || !("code" in error)) return false;
  return codes.includes(String(error.code));
}
