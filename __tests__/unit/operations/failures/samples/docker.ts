import { IMAGE, PROBE, PUSHED, type Sample, from } from "./sample";

const built = (words: string) => `Error running buildx build: ${words}`;
const solved = (words: string) => built(`failed to solve: ${words}`);
/** A failed step, followed by the end of the build's log. */
const step = (log: string) =>
  solved(`process "/bin/sh -c npm ci" did not complete successfully: exit code: 1: \n${log}`);
const base = (end: string) =>
  solved(
    `python:3.13-slim: failed to resolve source metadata for docker.io/library/python:3.13-slim: ${end}`,
  );
const pushed = (error: string) =>
  `Error pushing docker image: Error pushing image. . Full error: ${error}`;

export const DOCKER_SAMPLES: readonly Sample[] = [
  ...from("images", IMAGE, [
    "failed to create Docker client: Error pinging Docker server, please make sure that unix:///var/run/docker.sock is reachable and has a  '_ping' endpoint. Error: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
    "The container engine does not answer.",
    "→ Start it",
  ]),
  ...from(
    "images",
    IMAGE,
    [
      built("failed to copy: write /var/lib/docker/tmp/1: no space left on device"),
      "The container engine's disk is full.",
      "docker builder prune",
    ],
    [
      base(
        "failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/python/manifests/sha256:0a: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit",
      ),
      "web: the registry of docker.io/library/python:3.13-slim limits pulls",
      "docker login, or wait",
    ],
    [
      solved(
        "public.ecr.aws/docker/library/node:22: failed to resolve source metadata for public.ecr.aws/docker/library/node:22: toomanyrequests: Rate exceeded",
      ),
      "web: the registry of public.ecr.aws/docker/library/node:22 limits pulls",
      "aws ecr-public get-login-password",
    ],
    [
      solved(
        'rpc error: code = Unknown desc = failed to solve with frontend dockerfile.v0: failed to create LLB definition: failed to do request: Head "https://registry-1.docker.io/v2/library/python/manifests/3.13-slim": dial tcp: lookup registry-1.docker.io on 127.0.0.53:53: no such host',
      ),
      "web: the container engine cannot reach the registry of the image docker.io/library/python:3.13-slim",
    ],
    [
      solved('failed to compute cache key: "/nothing.txt" not found: not found'),
      "web: the Dockerfile copies a file that does not exist",
    ],
    [
      step(
        " > [3/3] RUN npm ci:\n4.329 npm error code ENOTFOUND\n4.331 npm error syscall getaddrinfo\n4.335 npm error network request to http://registry.npmjs.org/left-pad failed, reason: getaddrinfo ENOTFOUND registry.npmjs.org",
      ),
      "web: the build cannot reach the network (registry.npmjs.org)",
    ],
    [
      base("no match for platform in manifest: not found"),
      "web: the base image docker.io/library/python:3.13-slim does not exist for the processor",
      "`architecture` in environments.ts",
    ],
    [
      built('no builder "ci" found'),
      "web: BUILDX_BUILDER names no builder that can keep the layers",
      "docker buildx create",
    ],
    [
      built(
        "Cache export is not supported for the docker driver.\nSwitch to a different driver, or turn on the containerd image store, and try again.\nLearn more at https://docs.docker.com/go/build-cache-backends/",
      ),
      "web: BUILDX_BUILDER names no builder that can keep the layers",
      "docker buildx create",
    ],
    [
      step("0.112 exec /bin/sh: exec format error"),
      "web: the image is for another processor",
      "tonistiigi/binfmt --install all",
    ],
    [
      solved('process "/bin/sh -c make" did not complete successfully: exit code: 137'),
      "web: a step of the build was killed",
    ],
    [
      step("npm error code SELF_SIGNED_CERT_IN_CHAIN"),
      "web: the build meets a proxy whose certificate it does not trust",
      "NODE_EXTRA_CA_CERTS",
    ],
    [
      base(
        'failed to do request: Head "https://registry-1.docker.io/v2/library/python/manifests/3.13-slim": tls: failed to verify certificate: x509: certificate signed by unknown authority',
      ),
      "web: the container engine meets a proxy",
      "/etc/docker/certs.d",
    ],
    [
      base(
        'failed to do request: Head "https://registry-1.docker.io/v2/library/python/manifests/3.13-slim": dial tcp: lookup registry-1.docker.io on 127.0.0.53:53: no such host',
      ),
      "web: the container engine cannot reach the registry of the image docker.io/library/python:3.13-slim",
      "docker pull docker.io/library/python:3.13-slim must work",
    ],
    [
      base(
        'failed to do request: Head "https://registry-1.docker.io/v2/library/python/manifests/3.13-slim": net/http: TLS handshake timeout',
      ),
      "web: the container engine cannot reach the registry",
    ],
    [
      "Unable to read Docker image into resource: unable to pull image 1.dkr.ecr.us-east-1.amazonaws.com/platform-blue/web@sha256:0a1b: error pulling image 1.dkr.ecr.us-east-1.amazonaws.com/platform-blue/web@sha256:0a1b: Error response from daemon: manifest unknown: Requested image not found",
      "web: the image 1.dkr.ecr.us-east-1.amazonaws.com/platform-blue/web@sha256:0a1b is not in its registry any more",
      "Deploy the environment that it is promoted from",
    ],
    [
      solved(
        "pyhton:3.13: failed to resolve source metadata for docker.io/library/pyhton:3.13: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
      ),
      "web: the base image docker.io/library/pyhton:3.13 does not exist",
      "Correct `FROM`",
    ],
    [base("docker.io/library/python:3.13-slim: not found"), "web: the base image", "`FROM`"],
    [
      "Error running buildx build: failed to read dockerfile: open Dockerfile: no such file or directory",
      "web: the service has no Dockerfile",
    ],
    [
      solved("failed to solve: secret NPM_TOKEN: not found"),
      "web: the Dockerfile requires a secret that the service's build does not have",
      "`build.secrets`",
    ],
    [
      solved("dockerfile parse error on line 4: unknown instruction: npm"),
      "web: the Dockerfile has an instruction or a flag that the engine's builder does not know",
      "# syntax=docker/dockerfile:1",
    ],
    [
      solved(
        'failed to compute cache key: failed to calculate checksum of ref 8f3b::1x: "/requirements.txt": not found',
      ),
      "web: the Dockerfile copies a file that does not exist",
      ".dockerignore",
    ],
    [
      step(
        "npm error code E429\nnpm error 429 Too Many Requests - GET https://registry.npmjs.org/fastify",
      ),
      "web: the registry of the packages limits downloads",
    ],
    [
      step(
        "npm error code EAI_AGAIN\nnpm error errno EAI_AGAIN\nnpm error request to https://registry.npmjs.org/fastify failed, reason: getaddrinfo EAI_AGAIN registry.npmjs.org",
      ),
      "web: the build cannot reach the network (registry.npmjs.org)",
      "nslookup registry.npmjs.org",
    ],
    [
      step("reason: connect ECONNREFUSED 104.16.0.1:443"),
      "web: the build cannot reach the network",
    ],
    [
      step(
        'Get "https://proxy.golang.org/a/@v/list": proxyconnect tcp: dial tcp 127.0.0.1:3128: connect: connection refused',
      ),
      "web: the build cannot reach the network (proxy.golang.org)",
      'set "proxies" in ~/.docker/config.json',
    ],
    [
      step("npm error code ETIMEDOUT\nnpm error network request to https://registry.npmjs.org/a"),
      "web: the build cannot reach the network",
    ],
    [
      step(
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')': /simple/flask/",
      ),
      "web: the build cannot reach the network",
    ],
    [
      step(
        "Err:1 http://deb.debian.org/debian trixie InRelease\n  Temporary failure resolving 'deb.debian.org'",
      ),
      "web: the build cannot reach the network (deb.debian.org)",
    ],
    [
      step(
        'go: example.com/a: Get "https://proxy.golang.org/a/@v/list": dial tcp: lookup proxy.golang.org: i/o timeout',
      ),
      "web: the build cannot reach the network (proxy.golang.org)",
    ],
  ),
  ...from("images", 'provider["registry.terraform.io/kreuzwerker/docker"]', [
    "Error loading registry auth config: couldn't find registry config for '123456789012.dkr.ecr.us-east-1.amazonaws.com' in file content",
    "The login to 123456789012.dkr.ecr.us-east-1.amazonaws.com failed",
    "echo 123456789012.dkr.ecr.us-east-1.amazonaws.com | npx platform registry-login get",
  ]),
  ...from(
    "images",
    PUSHED,
    [
      pushed(
        "tag invalid: The image tag '0a1b2c3d4e5f6a7b-8c9d0e1f' already exists in the 'platform-dev/web' repository and cannot be overwritten because the repository is immutable.",
      ),
      "web: the tag 0a1b2c3d4e5f6a7b-8c9d0e1f is in ECR already",
      "aws ecr batch-delete-image --repository-name platform-dev/web --image-ids imageTag=0a1b2c3d4e5f6a7b-8c9d0e1f.",
    ],
    [pushed("no basic auth credentials"), "web: ECR does not accept the login"],
    [
      pushed("denied: Your authorization token has expired. Reauthenticate and try again."),
      "web: ECR does not accept the login",
      "It takes a new login",
    ],
    [
      pushed(
        "name unknown: The repository with name 'platform-dev/web' does not exist in the registry with id '123456789012'",
      ),
      "web: the repository was deleted by hand",
    ],
    [pushed("toomanyrequests: Rate exceeded"), "web: ECR throttles the pushes"],
    [
      pushed(
        "error parsing HTTP 413 response body: invalid character '<': \"413 Request Entity Too Large\"",
      ),
      "web: a proxy or ECR refuses a layer of this size",
    ],
    [
      pushed(
        'Get "https://1.dkr.ecr.us-east-1.amazonaws.com/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
      ),
      "web: the container engine does not trust the connection to ECR",
    ],
    [
      pushed(
        'Put "https://1.dkr.ecr.us-east-1.amazonaws.com/v2/platform-dev/web/blobs/uploads/1": EOF',
      ),
      "web: the connection of the container engine to ECR broke off",
    ],
    [
      pushed("received unexpected HTTP status: 503 Service Unavailable"),
      "web: the connection of the container engine to ECR broke off",
    ],
    [
      pushed(
        "denied: LimitExceededException: The maximum number of images per repository has been reached",
      ),
      "web: a quota of the account is used up, in ECR.",
      "--service-code ecr",
    ],
    [
      pushed(
        'failed to do blob upload: Put "https://1.dkr.ecr.us-east-1.amazonaws.com/v2/platform-dev/throttler/blobs/uploads/1": denied: User: arn:aws:sts::123456789012:assumed-role/deploy/run is not authorized to perform: ecr:PutImage on resource: arn:aws:ecr:us-east-1:123456789012:repository/platform-dev/throttler because no identity-based policy allows the ecr:PutImage action',
      ),
      "AWS denies arn:aws:sts::123456789012:assumed-role/deploy/run ecr:PutImage on",
    ],
    [
      pushed("write tcp 10.0.0.2:41022->3.3.3.3:443: write: broken pipe"),
      "web: the connection of the container engine to ECR broke off",
      "It pushes only what is missing",
    ],
    [
      pushed(
        "denied: User: arn:aws:sts::123456789012:assumed-role/deploy/run is not authorized to perform: ecr:InitiateLayerUpload on resource: arn:aws:ecr:us-east-1:123456789012:repository/platform-dev/web because no identity-based policy allows the ecr:InitiateLayerUpload action",
      ),
      "AWS denies arn:aws:sts::123456789012:assumed-role/deploy/run ecr:InitiateLayerUpload on arn:aws:ecr:us-east-1:123456789012:repository/platform-dev/web.",
      "at docker_registry_image",
    ],
  ),
  ...from(
    "images",
    PROBE,
    [
      'Unable to create container: Error response from daemon: Conflict. The container name "/platform-web-probe-use1-dev" is already in use by container "9f3c". You have to remove (or rename) that container to be able to reuse that name.',
      "web: a container of another run has the same name as its probe, platform-web-probe-use1-dev.",
      "docker rm --force platform-web-probe-use1-dev",
    ],
    [
      'Unable to start container: Error response from daemon: failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "gunicorn": executable file not found in $PATH: unknown',
      "web: the image has no such program",
      "`CMD`",
    ],
    [
      'Unable to start container: Error response from daemon: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/nothing": stat /nothing: no such file or directory: unknown',
      "web: the image has no such program",
    ],
    [
      "Unable to create container with image sha256:0a1b: unable to pull image sha256:0a1b: error pulling image sha256:0a1b: Error response from daemon: pull access denied for sha256",
      "web: the image has left the container engine",
    ],
    [
      "Unable to start container: Error response from daemon: failed to create task for container: exec /app/start: exec format error: unknown",
      "web: the image is for another processor",
    ],
  ),
];
