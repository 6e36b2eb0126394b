/**
 * ECS's words for parameters that do not exist, with or without `ssm`: their names, or the ARNs of the
 * task definition.
 *
 * @see https://github.com/aws/amazon-ecs-agent/blob/master/agent/ssm/ssm.go
 */
const MISSING = /invalid (?:ssm )?parameters: ([\w/.:,-]+)/i;

/** `/platform-dev/flask-api/STRIPE_KEY`; the platform's name is one word. */
const OWN = /^\/[a-z0-9]+-([a-z0-9-]+)\/([a-z0-9-]+)\/(\w+)$/;

/** What to do about a task whose secrets do not exist; `undefined` if it has another problem. */
export function missingSecretFix(words: string): string | undefined {
  const names = MISSING.exec(words)?.[1]?.split(",").filter(Boolean) ?? [];
  if (names.length === 0) return undefined;
  const commands = names.flatMap((name) => {
    const [, environment, service, secret] = OWN.exec(name) ?? [];
    return secret ? `npx platform secret set ${environment} ${service} ${secret}` : [];
  });
  const others = names.filter((name) => !OWN.test(name));
  return [
    ...(commands.length > 0
      ? [`a secret is not set: ${commands.join("; ")}; ECS then starts the task again`]
      : []),
    ...(others.length > 0
      ? [
          `the parameter ${others.join(", ")} does not exist: create it, or correct \`secrets\` in services/index.ts`,
        ]
      : []),
  ].join("; ");
}
