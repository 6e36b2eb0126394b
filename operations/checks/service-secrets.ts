import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { taskSecrets } from "../../spec/service/secrets";
import { storedSecrets } from "../secrets/parameters";
import { setCommand } from "../secrets/secret-command";
import { type Check, type CheckContext, resultOf } from "./check";
import { type Answer, type SecretElsewhere, askElsewhere } from "./secrets-elsewhere";

/**
 * Checks that every secret exists and that a task may read it: without one it does not start. It reads no
 * value, and needs no permission to: no role of a pipeline has one.
 */
export const serviceSecrets: Check = {
  title: "Secrets of services",
  run: async (context) => {
    const { config, services, clients } = context;
    const all = Object.entries(services).flatMap(([service, spec]) =>
      taskSecrets(service, spec, config).map((source) => ({ service, source })),
    );
    if (all.length === 0) return { found: "no service has secrets" };
    const own = all.flatMap(({ service, source }) =>
      "parameter" in source ? { service, ...source } : [],
    );
    const stored = own.length > 0 ? await storedSecrets(clients.ssm, config) : [];
    const missing = own
      .filter((each) => !stored.some(({ parameter }) => parameter === each.parameter))
      .map(({ service, name }) => ({
        problem: `the secret ${name} of ${service} is not set`,
        fix: setCommand(config, service, name),
      }));
    const elsewhere = all.flatMap(({ service, source }) =>
      "arn" in source ? { service, ...source } : [],
    );
    const asked = await askAll(elsewhere, context);
    const problems = asked.flatMap((each) => (typeof each === "object" ? each : []));
    const unasked = elsewhere.filter((_, at) => asked[at] === "not told").map(({ arn }) => arn);
    const note =
      unasked.length > 0 ? `; AWS does not tell about ${[...new Set(unasked)].join(", ")}` : "";
    return resultOf(`${all.length - unasked.length} exist${note}`, [...missing, ...problems]);
  },
};

async function askAll(
  secrets: readonly SecretElsewhere[],
  { clients, clientSettings }: CheckContext,
): Promise<Answer[]> {
  if (secrets.length === 0) return [];
  const { Account } = await clients.sts.send(new GetCallerIdentityCommand({}));
  return await Promise.all(secrets.map((each) => askElsewhere(each, Account, clientSettings)));
}
