import { secretFolder } from "../../spec/names";
import { isPreview } from "../../spec/environment/preview-suffix";
import { taskSecrets } from "../../spec/service/secrets";
import { hasRepository } from "../environments/expiry";
import { isDenied } from "../target/aws-error";
import type { Target } from "../target/target";
import type { Phase } from "../terminal/phases";
import { deleteParameters, storedSecrets } from "./parameters";

/**
 * Removes the secrets of an environment that has been destroyed. Those of the previews are shared and
 * stay, and so does what the catalogue names by its ARN.
 */
export function removeSecretsPhase(target: Pick<Target, "config" | "services" | "clients">): Phase {
  return { title: "Secrets", run: async () => await removeSecrets(target) };
}

async function removeSecrets({
  config,
  services,
  clients: { ssm, ecr },
}: Pick<Target, "config" | "services" | "clients">): Promise<string> {
  if (isPreview(config.suffix)) return "those of all previews stay";
  // Without a state here, nothing was destroyed: the environment is another checkout's, and alive.
  if (await hasRepository(ecr, config)) return `kept: ${config.suffix} still exists`;
  try {
    const stored = await storedSecrets(ssm, config);
    await deleteParameters(
      ssm,
      stored.map(({ parameter }) => parameter),
    );
    return stored.length > 0
      ? `${stored.length} removed below ${secretFolder(config)}`
      : "none is there";
  } catch (error) {
    const has = Object.entries(services).some(
      ([service, spec]) => taskSecrets(service, spec, config).length > 0,
    );
    // A role that was set up before there were secrets may not ask for them.
    if (!has && isDenied(error)) return "not listed: the caller lacks ssm:DescribeParameters";
    throw error;
  }
}
