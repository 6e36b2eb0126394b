import { NO_NETWORK, UNTRUSTED, baseImage, isStep } from "./build-words";
import { AGAIN } from "./failed-request";
import { type KnownError, type Source, about, docker, onServices, types } from "./known-error";

/** All but a step of a build, whose words are a program's own. */
const engine: Source = (error) => docker(error) && !isStep(error);

/** The pull of a base image or of a promoted one. */
const pull: Source = (error) => types("docker_image")(error) && !isStep(error);

const FROM_IN_DOCKERFILE = "`FROM` in its Dockerfile";

/** Errors of the container engine, and of the images that it pulls. */
export const PULL_ERRORS: readonly KnownError[] = [
  {
    from: engine,
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
    from: pull,
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
    from: pull,
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
    from: pull,
    pattern: UNTRUSTED,
    advice: onServices(
      "the container engine meets a proxy whose certificate it does not trust.",
      `Give the engine the proxy's certificate: /etc/docker/certs.d/REGISTRY/ca.crt, or the machine's own store and a restart of the engine. ${AGAIN}`,
    ),
  },
  {
    from: pull,
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
    from: pull,
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
    from: pull,
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
];

function ofBaseImage(words: string, before = ""): string {
  const name = baseImage(words);
  return name === undefined ? "" : ` ${before}${name}`;
}

function logIn(words: string): string {
  if (!words.includes("public.ecr.aws"))
    return "Log in to it, which raises the limit: docker login";
  return "Log in to it, which raises the limit: aws ecr-public get-login-password --region us-east-1 | docker login --username AWS --password-stdin public.ecr.aws";
}
