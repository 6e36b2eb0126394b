import { emulationCommand } from "../../stacks/images/emulation";
import { NO_NETWORK, UNTRUSTED, hostAsked, isStep, ranBuild } from "./build-words";
import { AGAIN } from "./failed-request";
import { type KnownError, type Source, about, onServices, types } from "./known-error";
import type { Diagnostic } from "../terraform/diagnostic";

const build = types("docker_image");

/** A step that ran and failed. */
const step: Source = (error) => build(error) && isStep(error);

/** The builder itself, before or between the steps. */
const builder: Source = (error) => build(error) && !isStep(error);

/** A build's own database or server in a test, which no network is needed for; part of a pattern. */
const LOOPBACK = "(?:127\\.|0\\.0\\.0\\.0|\\[?::1\\b|localhost\\b)";

/** How npm, pip, apt, apk, Go and curl say that they reach no network. */
const NO_PACKAGES = new RegExp(
  [
    `connect ECONNREFUSED (?!${LOOPBACK})|npm (error|ERR!) code ECONNREFUSED`,
    "EAI_AGAIN|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ECONNRESET|ERR_SOCKET_TIMEOUT|getaddrinfo ENOTFOUND",
    "Temporary failure (in name resolution|resolving)|Name or service not known|Could not resolve host",
    `(?<!host='${LOOPBACK}[^\\n]*)(NewConnectionError|ConnectTimeoutError|ReadTimeoutError|Max retries exceeded)`,
    `(Could not connect to (?!${LOOPBACK})\\S+:|Unable to connect to (?!${LOOPBACK}))`,
    "temporary error \\(try again later\\)",
    `(proxyconnect tcp|(dial|read) tcp(?! ${LOOPBACK}))[^\\n]*(${NO_NETWORK})`,
  ].join("|"),
);

/** Errors of a build: of its Dockerfile, and of the programs in its steps. */
export const BUILD_ERRORS: readonly KnownError[] = [
  {
    from: build,
    pattern: /dockerfile not found|failed to read dockerfile|unable to open Dockerfile/i,
    advice: onServices(
      "the service has no Dockerfile.",
      `Create it in its folder, or correct \`build.dockerfile\` in services/index.ts. ${AGAIN}`,
    ),
  },
  {
    from: build,
    pattern: /failed to (calculate checksum of ref|compute cache key)[^]*: not found/,
    advice: onServices(
      "the Dockerfile copies a file that does not exist, or that .dockerignore leaves out.",
      `Correct \`COPY\`, or add an exception (!path) to .dockerignore. ${AGAIN}`,
    ),
  },
  {
    from: builder,
    pattern: /secret [\w.-]+: not found/,
    advice: onServices(
      "the Dockerfile requires a secret that the service's build does not have.",
      `Name it, as the id of its \`--mount=type=secret\`, in \`build.secrets\` in services/index.ts. ${AGAIN}`,
    ),
  },
  {
    from: builder,
    pattern: /dockerfile parse error[^\n]*unknown (flag|instruction)/i,
    advice: onServices(
      "the Dockerfile has an instruction or a flag that the engine's builder does not know.",
      `Correct it, or if it is newer than the engine, make \`# syntax=docker/dockerfile:1\` its first line. ${AGAIN}`,
    ),
  },
  {
    from: builder,
    pattern: /no builder "[^"]*" found|Cache export is not supported for the docker driver/,
    advice: onServices(
      "BUILDX_BUILDER names no builder that can keep the layers of all stages.",
      `Make one: docker buildx create --name "$BUILDX_BUILDER" --driver docker-container, or \`unset BUILDX_BUILDER\`. ${AGAIN}`,
    ),
  },
  {
    from: types("docker_image", "docker_container"),
    pattern: /exec format error/i,
    advice: onServices(
      "the image is for another processor than this machine's, which cannot run it.",
      `Let the engine emulate: ${emulationCommand("all")}; or use an engine on that processor, or set \`architecture\` in environments.ts to this one's. ${AGAIN}`,
    ),
  },
  {
    from: step,
    pattern: UNTRUSTED,
    advice: onServices(
      "the build meets a proxy whose certificate it does not trust.",
      `Add the proxy's certificate in the Dockerfile before the failing step, and name it: NODE_EXTRA_CA_CERTS, PIP_CERT or SSL_CERT_FILE. ${AGAIN}`,
    ),
  },
  {
    from: step,
    pattern: /\bE429\b|HTTP error 429|\b429 Too Many Requests/,
    advice: onServices(
      "the registry of the packages limits downloads, and this machine's address has used its share.",
      `Wait some minutes. ${AGAIN}`,
    ),
  },
  {
    from: step,
    pattern: NO_PACKAGES,
    advice: (_, words, errors) => [
      about(errors, `the build cannot reach the network${hostIn(words)}; the machine itself may.`),
      `→ docker run --rm busybox nslookup ${hostAsked(words) ?? "example.com"} shows whether containers have DNS. Behind a proxy, set "proxies" in ~/.docker/config.json. ${AGAIN}`,
    ],
  },
  {
    from: step,
    pattern: /exit code: 137\b|signal: killed|ResourceExhausted|cannot allocate memory/i,
    advice: onServices(
      "a step of the build was killed: the machine or the engine has too little memory for it.",
      `Give it more (free -m; docker info shows the engine's), or build less at once. ${AGAIN}`,
    ),
  },
];

function hostIn(words: string): string {
  const name = hostAsked(words);
  return name === undefined ? "" : ` (${name})`;
}

/** Whether an error is that of a build, whose log says more than Terraform. */
export function isBuild(error: Diagnostic): boolean {
  return build(error) && ranBuild(error);
}
