import { AGAIN, CHECK_PROXY, NOT_AWS, RUN_AGAIN } from "./failed-request";
import { type KnownError, type Source, aws, either, terraform, typeOf, types } from "./known-error";

/** `iam:CreateRole` and, where AWS names it, the resource. */
const DENIAL = /not authorized to perform:? +([a-z0-9-]+:\w+)(?: on resource: "?([^\s",]+))?/g;

/** A request to AWS: of its provider, or of Terraform's backend in S3. */
const request: Source = either(aws, terraform);

/** AWS's words for a request that the caller may not send. */
export const DENIED = /AccessDenied|Access Denied|UnauthorizedOperation|not authorized to perform/;

/** How AWS names a policy of the caller as the reason of a denial, and not the key's; part of a pattern. */
const CALLERS_POLICY =
  "(no|explicit deny in an?)\\s+(identity-based\\s+policy|session\\s+policy|permissions\\s+boundary|service\\s+control\\s+policy)";

/** A resource's own limit, at which its provider cancels the request that is under way. */
const OUT_OF_TIME = "waiting\\s+for[^]*canceled,\\s+context deadline exceeded";

/** An ECS service's tasks say why it did not become stable. */
const exceptService: Source = (error) => aws(error) && typeOf(error) !== "aws_ecs_service";

/** A request that Terraform's own code sends is one to AWS only if its words say so. */
const NO_ANSWER =
  "connection refused|no such host|i/o timeout|connection reset|request send failed|TLS handshake timeout|\\bEOF\\b|Client\\.Timeout|context deadline exceeded|network is unreachable";

const UNREACHABLE: KnownError["advice"] = () => [
  "AWS is unreachable. Completed work is in the state.",
  `→ ${RUN_AGAIN}`,
];

/** Errors of a caller or a network, which any request to AWS may report. */
export const AWS_ERRORS: readonly KnownError[] = [
  {
    // A denial too, but of the key's policy, which no policy of the caller overrides.
    from: request,
    pattern: new RegExp(
      `^(?![^]*${CALLERS_POLICY})[^]*(KMS\\.?(AccessDenied|KeyNotAccessible|NotFound|Disabled|InvalidState)|not authorized to perform:?\\s+kms:|KMSKeyNotAccessible|ciphertext refers to a customer master key)`,
      "i",
    ),
    advice: (_, words) => [
      `AWS denies ${callerOf(words)} the KMS key${keyIn(words)}: its policy does not allow it, or it is disabled or in another account.`,
      `→ Allow ${deniedActions(words, "kms:Decrypt and kms:GenerateDataKey").join("; ")} in the key's own policy. ${AGAIN}`,
    ],
  },
  {
    // Before the state lock, since access to the lock may be denied.
    from: either(request, types("docker_registry_image")),
    pattern: DENIED,
    advice: (_, words, errors) => {
      const actions = deniedActions(words, "the requested action");
      const found = errors.map(typeOf).filter((type) => type !== undefined);
      const entry = found.length > 0 ? `, at ${[...new Set(found)].join(", ")}` : "";
      return [
        `AWS denies ${callerOf(words)} ${actions.join("; ")}. Completed work is in the state.`,
        `→ For a role of setup/aws, add the action to setup/aws/permissions${entry}, then npx platform setup. For another caller, allow that action. ${AGAIN}`,
      ];
    },
  },
  {
    from: request,
    pattern:
      /OptInRequired|not subscribed to this service|region .{1,30} is not enabled|DisabledRegion/i,
    advice: () => [
      "The account has not enabled this region, or not subscribed to the service there.",
      "→ aws account enable-region --region-name REGION, then wait until npx platform doctor finds it enabled (up to an hour); or set PLATFORM_REGION to another region.",
    ],
  },
  {
    from: request,
    pattern:
      /RequestTimeTooSkewed|Signature expired|Signature not yet current|RequestInTheFuture|is now earlier than|current time \S+ is before/i,
    advice: () => [
      "AWS rejects the requests because this machine's clock is wrong.",
      `→ sudo timedatectl set-ntp true (date -u must show the time in UTC). ${AGAIN}`,
    ],
  },
  {
    from: request,
    pattern: /SignatureDoesNotMatch|InvalidSignature|IncompleteSignature/,
    advice: () => [
      "AWS does not accept the signature: the secret key does not belong to the access key, or this machine's clock is wrong.",
      `→ Log in again (npx platform doctor shows the caller), and compare date -u with the time in UTC. ${AGAIN}`,
    ],
  },
  {
    from: request,
    pattern: /InvalidClientTokenId|UnrecognizedClient|AuthFailure/,
    advice: () => [
      "AWS does not accept the credentials, or they have expired. Completed work is in the state.",
      `→ Log in again (npx platform doctor shows the caller, and whether the account has enabled the region: a region that is not enabled knows no credentials). ${AGAIN}`,
    ],
  },
  {
    from: request,
    pattern:
      /ExpiredToken|RequestExpired|security token.{0,40}expired|provided token has expired|InvalidAccessKeyId|No valid credential sources|SSO session|failed to refresh cached credentials|get identity: get credentials/i,
    advice: () => [
      "AWS does not accept the credentials, or they have expired. Completed work is in the state.",
      `→ Log in again (npx platform doctor shows the caller). ${AGAIN}`,
    ],
  },
  {
    from: aws,
    pattern:
      /x509:|certificate verify failed|failed to verify certificate|proxyconnect tcp|Proxy Authentication Required/i,
    advice: trustProxy,
  },
  {
    from: terraform,
    pattern:
      /operation error[^]*(x509:|failed to verify certificate|proxyconnect tcp|Proxy Authentication Required)/i,
    advice: trustProxy,
  },
  {
    // An answer that ends in the middle is one of AWS's.
    from: request,
    pattern:
      /^(?![^]*\bEOF\b)[^]*(deserialization failed|error while (deserializing|fetching) xml error)/,
    advice: (_, words) => {
      const [, status = "unknown"] = /StatusCode: (\d+)/.exec(words) ?? [];
      return [
        `${NOT_AWS} (HTTP ${status}). Completed work is in the state.`,
        `→ ${CHECK_PROXY} ${AGAIN}`,
      ];
    },
  },
  {
    from: aws,
    pattern:
      /Throttl|RequestLimitExceeded|TooManyRequestsException|Rate exceeded|SlowDown|PriorRequestNotComplete|exceeded maximum number of attempts[^]*StatusCode: (429|503)/,
    advice: () => [
      "AWS throttles the account's requests: too many at once, from here or from another tool. Completed work is in the state.",
      `→ Wait a minute. ${AGAIN}`,
    ],
  },
  {
    from: exceptService,
    pattern: new RegExp(OUT_OF_TIME),
    advice: (_, __, errors) => [
      `AWS did not finish ${[...new Set(errors.map(typeOf))].join(", ")} within the time that Terraform gives it. Completed work is in the state.`,
      `→ ${RUN_AGAIN}`,
    ],
  },
  {
    from: aws,
    pattern: new RegExp(`^(?![^]*${OUT_OF_TIME})[^]*(${NO_ANSWER})`),
    advice: UNREACHABLE,
  },
  {
    from: terraform,
    pattern: new RegExp(`(operation error|//127\\.0\\.0\\.1|\\.amazonaws\\.com)[^]*(${NO_ANSWER})`),
    advice: UNREACHABLE,
  },
];

function trustProxy(): string[] {
  return [
    "The connection to AWS ends at a proxy whose certificate or login this machine does not have.",
    `→ export HTTPS_PROXY=http://user:password@host:port and AWS_CA_BUNDLE=/path/to/the-proxys-ca.pem. ${AGAIN}`,
  ];
}

/** Each denied action once; S3 and some other services do not name it. */
function deniedActions(words: string, unnamed: string): string[] {
  const found = [...words.matchAll(DENIAL)].map(([, action = "", resource]) => {
    const named = resource?.replace(/[.,]$/, "");
    return named ? `${action} on ${named}` : action;
  });
  if (found.length > 0) return [...new Set(found)];
  const operations = [...words.matchAll(/operation error ([\w ]+): (\w+)/g)];
  const named = operations.map(([, service = "", operation = ""]) => `${operation} of ${service}`);
  return named.length > 0 ? [...new Set(named)] : [unnamed];
}

function callerOf(words: string): string {
  return /User: (arn:\S+)/.exec(words)?.[1] ?? "the caller";
}

function keyIn(words: string): string {
  const [key] = /arn:[\w-]+:kms:[\w:/-]+/.exec(words) ?? [];
  return key ? ` ${key}` : "";
}
