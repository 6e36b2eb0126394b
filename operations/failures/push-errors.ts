import { describeDiagnostic } from "../terraform/diagnostic";
import { DENIED } from "./aws-errors";
import { AGAIN, RUN_AGAIN } from "./failed-request";
import { type KnownError, type Source, about, docker, onServices, types } from "./known-error";

/** All but a denial, whose words name the action and the repository. */
const push: Source = (error) =>
  types("docker_registry_image")(error) && !DENIED.test(describeDiagnostic(error));
const probe = types("docker_container");

/** Errors of a push to ECR, and of the start of a probe. */
export const PUSH_ERRORS: readonly KnownError[] = [
  {
    // The provider leaves out what its credential helper says.
    from: docker,
    pattern: /couldn't find registry config for '[^']+' in file content/,
    advice: (_, words) => {
      const [, host = "REGISTRY"] = /registry config for '([^']+)'/.exec(words) ?? [];
      return [
        `The login to ${host} failed, and the Docker provider does not say why. Mostly the credentials have ended, or may not ecr:GetAuthorizationToken.`,
        `→ echo ${host} | npx platform registry-login get shows the reason. ${AGAIN}`,
      ];
    },
  },
  {
    from: push,
    pattern:
      /cannot be overwritten because the (repository|tag) is immutable|ImageTagAlreadyExists/,
    advice: (_, words, errors) => {
      const [, tag = "TAG", repository = "REPOSITORY"] =
        /tag '([^']+)' already exists in the '([^']+)' repository/.exec(words) ?? [];
      return [
        about(
          errors,
          `the tag ${tag} is in ECR already, but in no state: a killed run pushed it, so no task runs it.`,
        ),
        `→ aws ecr batch-delete-image --repository-name ${repository} --image-ids imageTag=${tag}. ${AGAIN}`,
      ];
    },
  },
  {
    from: push,
    pattern:
      /no basic auth credentials|authorization token has expired|no auth config found|bad credentials|401 Unauthorized|unauthorized: /i,
    advice: onServices(
      "ECR does not accept the login, which lasts twelve hours and ends with the credentials that took it.",
      `${RUN_AGAIN} It takes a new login. If it fails again, log in to AWS again (npx platform doctor shows the caller).`,
    ),
  },
  {
    from: push,
    pattern:
      /name unknown|repository with name .{1,200} does not exist|RepositoryNotFound|repository does not exist/i,
    advice: onServices(
      "the repository was deleted by hand after this run began.",
      `${RUN_AGAIN} It creates the repository first.`,
    ),
  },
  {
    from: push,
    pattern: /toomanyrequests: |Rate exceeded|Throttling/,
    advice: onServices("ECR throttles the pushes.", `Wait a minute. ${AGAIN}`),
  },
  {
    from: push,
    pattern: /\bHTTP 413\b|Request Entity Too Large|LayerTooLarge/,
    advice: onServices(
      "a proxy or ECR refuses a layer of this size (ECR's limit is 52 GB).",
      `Make the image smaller, or let NO_PROXY of the engine include amazonaws.com. ${AGAIN}`,
    ),
  },
  {
    from: push,
    pattern:
      /x509: |certificate signed by unknown authority|server gave HTTP response to HTTPS client/i,
    advice: onServices(
      "the container engine does not trust the connection to ECR: a proxy's certificate, or a registry without TLS.",
      `Give the engine the proxy's certificate (/etc/docker/certs.d/REGISTRY/ca.crt). ${AGAIN}`,
    ),
  },
  {
    from: push,
    pattern:
      /\bEOF\b|broken pipe|connection (reset|refused)|i\/o timeout|TLS handshake timeout|no such host|use of closed network connection|net\/http: |blob upload|\bstatus(?: code)?:? 50[0234]\b|\b50[0234] (Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)/,
    advice: onServices(
      "the connection of the container engine to ECR broke off. The layers that arrived are kept.",
      `${RUN_AGAIN} It pushes only what is missing. The network and the proxy are those of the engine, not of this shell.`,
    ),
  },
  {
    from: probe,
    pattern: /container name \S+ is already in use/,
    advice: (_, words, errors) => {
      const [, name = "NAME"] = /container name "?\/?([\w.-]+)/.exec(words) ?? [];
      return [
        about(errors, `a container of another run has the same name as its probe, ${name}.`),
        `→ If no other deployment is running: docker rm --force ${name}. ${AGAIN}`,
      ];
    },
  },
  {
    from: probe,
    pattern:
      /executable file not found|exec: "[^"]+": (stat|permission denied)|no such file or directory: unknown|permission denied: unknown/,
    advice: onServices(
      "the image has no such program for its command, or may not execute it.",
      `Correct \`CMD\`, \`ENTRYPOINT\` or the file's mode (COPY --chmod=755) in its Dockerfile. ${AGAIN}`,
    ),
  },
  {
    from: probe,
    pattern: /Unable to create container with image/,
    advice: onServices(
      "the image has left the container engine since it was built.",
      `${RUN_AGAIN} It fetches the image from ECR or builds it anew.`,
    ),
  },
];
