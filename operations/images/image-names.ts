/**
 * Whether an engine lists an image under a real name: one without a containerd image store lists an image
 * without names as `<none>:<none>`.
 */
export function isImageName(name: string): boolean {
  return !name.includes("<none>");
}

/** `0123456789ab` of `sha256:0123456789abcdef…`, as the engine's own lists show it. */
export function shortId(id: string): string {
  return id.slice("sha256:".length, "sha256:".length + 12);
}
