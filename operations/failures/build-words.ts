import { type Diagnostic, describeDiagnostic } from "../terraform/diagnostic";

/** How the engine, Go and BuildKit say that they reach no network; part of a pattern. */
export const NO_NETWORK =
  "no such host|i/o timeout|TLS handshake timeout|connection refused|connection reset|network is unreachable|no route to host|context deadline exceeded|unexpected EOF|Client\\.Timeout|server misbehaving|Temporary failure in name resolution";

/** How the engine and the tools of a build say that they do not trust a certificate. */
export const UNTRUSTED =
  /x509: |certificate signed by unknown authority|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT)|unable to get local issuer certificate|CERTIFICATE_VERIFY_FAILED|certificate verify failed/i;

/**
 * Whether a step of a build ran and failed. Its words are those of npm, pip or any other program, and
 * none of BuildKit's: a "401 Unauthorized" there is not the registry's.
 */
export function isStep(error: Diagnostic): boolean {
  return /did not complete successfully|executor failed running/.test(describeDiagnostic(error));
}

/** Whether an error is that of a build: the words of its programs can be among its own. */
export function ranBuild(error: Diagnostic): boolean {
  return /running (buildx|legacy) build/.test(describeDiagnostic(error));
}

/** BuildKit's and the engine's words for the name of an image, the full name first. */
const BASE_IMAGE = [
  /(?:source metadata for|load metadata for) ([\w.:/@-]+\w)/,
  /pull(?:ing)? image ([\w.:/@-]+\w)/,
  /failed to solve: ([\w./-]+:[\w.-]+\w):/,
];

/** The name of the base image that a build or a pull failed on. */
export function baseImage(words: string): string | undefined {
  const named = BASE_IMAGE.map((pattern) => pattern.exec(words)?.[1]);
  return named.find((name) => name !== undefined) ?? requested(words);
}

/** The image behind a request to its registry; BuildKit of older engines names no other. */
function requested(words: string): string | undefined {
  const [, host, repository, tag] =
    /https:\/\/([^/\s]+)\/v2\/(\S+)\/manifests\/([\w.-]+)/.exec(words) ?? [];
  if (!host || !repository || !tag) return undefined;
  return `${host.replace("registry-1.docker.io", "docker.io")}/${repository}:${tag}`;
}

/** The host that a build asked for. */
export function hostAsked(words: string): string | undefined {
  const [, url, named, looked] =
    /https?:\/\/([\w.-]+)|(?:getaddrinfo \w+|resolving|resolve host:?) '?([\w.-]+\w)|lookup ([\w.-]+)/.exec(
      words,
    ) ?? [];
  return url ?? named ?? looked;
}
