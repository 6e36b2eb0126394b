import { AGAIN } from "./failed-request";
import { type KnownError, about, docker, onServices, types } from "./known-error";
import type { Diagnostic } from "../terraform/diagnostic";

/** A build or, for a promoted image, a pull. */
const build = types("docker_image");

const FROM_IN_DOCKERFILE = "`FROM` in its Dockerfile";

/** BuildKit's and the engine's words for the name of an image, the full name first. */
const BASE_IMAGE = [
  /source metadata for ([\w.:/@-]+\w)/,
  /pull(?:ing)? image ([\w.:/@-]+\w)/,
  /failed to solve: ([\w./-]+:[\w.-]+\w):/,
];

const NO_NETWORK =
  "no such host|i/o timeout|TLS handshake timeout|connection refused|connection reset|network is unreachable|no route to host|context deadline exceeded|unexpected EOF|Client\\.Timeout|server misbehaving|Temporary failure in name resolution";

/** How npm, pip, apt, apk, Go and curl say that they reach no network. */
const NO_PACKAGES = new RegExp(
  [
    "EAI_AGAIN|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ECONNREFUSED|ECONNRESET|ERR_SOCKET_TIMEOUT|getaddrinfo ENOTFOUND",
    "Temporary failure (in name resolution|resolving)|Name or service not known|Could not resolve host",
    "NewConnectionError|ConnectTimeoutError|ReadTimeoutError|Max retries exceeded",
    "Could not connect to \\S+:|Unable to connect to|temporary error \\(try again later\\)",
    `(dial tcp|read tcp)[^\\n]*(${NO_NETWORK})`,
  ].join("|"),
);

/** Errors of a build, of the pull of an image, and of the container engine. */
export const BUILD_ERRORS: readonly KnownError[] = [
  {
    from: docker,
    pattern: /Cannot connect to the Docker daemon|error pinging docker server|docker\.sock/i,
    advice: () => [
      "The container engine does not answer.",
      `→ Start it (npx platform doctor checks that it answers). ${AGAIN}`,
    ],
  },
  {
    from: docker,
    pattern: /no space left on device/i,
    advice: () => [
      "The container engine's disk is full.",
      `→ docker system df shows what uses it; docker builder prune removes the build cache, docker image prune the images without a name. ${AGAIN}`,
    ],
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
    from: build,
    pattern: /toomanyrequests|pull rate limit|unexpected status[^\n]*429 Too Many Requests/i,
    advice: (_, words, errors) => [
      about(
        errors,
        `the registry${ofBaseImage(words, "of ")} limits pulls, and this machine's address has used its share.`,
      ),
      `→ ${logIn(words)}, or wait (Docker Hub counts six hours, public.ecr.aws seconds). ${AGAIN}`,
    ],
  },
  {
    from: build,
    pattern: /no match for platform|does not match the specified platform/i,
    advice: (_, words, errors) => [
      about(
        errors,
        `the base image${ofBaseImage(words)} does not exist for the processor of the tasks.`,
      ),
      `→ Choose another image for ${FROM_IN_DOCKERFILE}, or set \`architecture\` in environments.ts. ${AGAIN}`,
    ],
  },
  {
    from: types("docker_image", "docker_container"),
    pattern: /exec format error/i,
    advice: onServices(
      "the image is for another processor than this machine's, which cannot run it.",
      `Set \`architecture\` in environments.ts to this machine's, or let it emulate the other: docker run --privileged --rm tonistiigi/binfmt --install all. ${AGAIN}`,
    ),
  },
  {
    from: build,
    pattern:
      /x509: |certificate signed by unknown authority|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT)|unable to get local issuer certificate|CERTIFICATE_VERIFY_FAILED|certificate verify failed/i,
    advice: (_, words, errors) => [
      about(errors, "the build meets a proxy whose certificate it does not trust."),
      /docker|manifests/.test(sourceOf(words))
        ? `→ Give the engine the proxy's certificate: /etc/docker/certs.d/REGISTRY/ca.crt, or the machine's own store and a restart of the engine. ${AGAIN}`
        : `→ Add the proxy's certificate in the Dockerfile before the failing step, and name it: NODE_EXTRA_CA_CERTS, PIP_CERT or SSL_CERT_FILE. ${AGAIN}`,
    ],
  },
  {
    from: build,
    pattern: new RegExp(
      `(failed to do request|failed to resolve source metadata|failed to authorize|pulling image)[^]*(${NO_NETWORK})`,
    ),
    advice: (_, words, errors) => [
      about(
        errors,
        `the container engine cannot reach the registry of the image${ofBaseImage(words)}.`,
      ),
      `→ Check the network, the DNS and the proxy of the engine: docker pull ${baseImage(words) ?? "IMAGE"} must work. ${AGAIN}`,
    ],
  },
  {
    from: build,
    pattern:
      /unable to (find or )?pull image[^]*(not found|manifest unknown|does not exist|access denied)/i,
    advice: (_, words, errors) => [
      about(
        errors,
        `the image${ofBaseImage(words)} is not in its registry any more, or this account may not pull it.`,
      ),
      `→ Deploy the environment that it is promoted from, and list this account in its \`pullableBy\`. ${AGAIN}`,
    ],
  },
  {
    from: build,
    pattern:
      /pull access denied|insufficient_scope|failed to authorize|unauthorized: |401 Unauthorized|403 Forbidden[^\n]*manifests|manifest unknown|(source metadata for|failed to solve:) [^\n]*: not found/i,
    advice: (_, words, errors) => [
      about(
        errors,
        `the base image${ofBaseImage(words)} does not exist, or its registry wants a login.`,
      ),
      `→ Correct ${FROM_IN_DOCKERFILE}, or log in: docker login REGISTRY. docker pull ${baseImage(words) ?? "IMAGE"} must work. ${AGAIN}`,
    ],
  },
  {
    from: build,
    pattern: /dockerfile not found|failed to read dockerfile|unable to open Dockerfile/i,
    advice: onServices("the service has no Dockerfile.", `Create it in its folder. ${AGAIN}`),
  },
  {
    from: build,
    pattern: /E429|HTTP error 429|429 Too Many Requests/,
    advice: onServices(
      "the registry of the packages limits downloads, and this machine's address has used its share.",
      `Wait some minutes. ${AGAIN}`,
    ),
  },
  {
    from: build,
    pattern: NO_PACKAGES,
    advice: (_, words, errors) => [
      about(errors, `the build cannot reach the network${hostIn(words)}; the machine itself may.`),
      `→ docker run --rm busybox nslookup ${host(words) ?? "example.com"} shows whether containers have DNS. Behind a proxy, set "proxies" in ~/.docker/config.json. ${AGAIN}`,
    ],
  },
];

function baseImage(words: string): string | undefined {
  return BASE_IMAGE.map((pattern) => pattern.exec(words)?.[1]).find((name) => name !== undefined);
}

function ofBaseImage(words: string, before = ""): string {
  const name = baseImage(words);
  return name === undefined ? "" : ` ${before}${name}`;
}

function logIn(words: string): string {
  if (!words.includes("public.ecr.aws"))
    return "Log in to it, which raises the limit: docker login";
  return "Log in to it, which raises the limit: aws ecr-public get-login-password --region us-east-1 | docker login --username AWS --password-stdin public.ecr.aws";
}

/** The line that names the certificate. */
function sourceOf(words: string): string {
  return words.split("\n").find((line) => /certificate|x509|CERT_/i.test(line)) ?? "";
}

/** The host that a build asked for. */
function host(words: string): string | undefined {
  const [, url, named, looked] =
    /https?:\/\/([\w.-]+)|(?:getaddrinfo \w+|resolving|resolve host:?) '?([\w.-]+\w)|lookup ([\w.-]+)/.exec(
      words,
    ) ?? [];
  return url ?? named ?? looked;
}

function hostIn(words: string): string {
  const name = host(words);
  return name === undefined ? "" : ` (${name})`;
}

/** Whether an error is that of a build, whose log says more than Terraform. */
export function isBuild(error: Diagnostic): boolean {
  return build(error) && /running (buildx|legacy) build/.test(`${error.summary}${error.detail}`);
}
