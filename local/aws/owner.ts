import { existsSync } from "node:fs";
import path from "node:path";
import type Docker from "dockerode";
import { PROJECT_FOLDER } from "../../project";
import { isNotFound } from "../../operations/target/engine-answer";
import { removeAll } from "./leftovers";
import { localAwsName } from "./names";
import { hasKeyOf } from "./root-key";
import { stateFolder } from "./state-files";
import { Refusal, type Report } from "../../operations/terminal/refusal";

/** Label with the path of the checkout that holds the Terraform states for a local AWS. */
export const OWNER_LABEL = "fargate-platform.checkout";

/**
 * Ensures that a local AWS on this port belongs to this checkout. Removes one whose states and key are
 * gone, for example with a deleted clone: its resources could no longer be changed or destroyed. With the
 * key alone they can: their states may be in its S3 or in HCP Terraform.
 *
 * @throws Refusal if another checkout still has its states
 */
export async function claimLocalAws(docker: Docker, port: number, report: Report): Promise<void> {
  const found = await ownerOf(docker, port);
  if (found === undefined) return;
  const { owner, variables } = found;
  const hasStates = existsSync(path.join(owner, stateFolder(port)));
  if (!hasStates && !hasKeyOf(owner, port, variables)) {
    report("removing a local AWS whose Terraform states and key are gone");
    await removeAll(docker, port);
  } else if (owner !== PROJECT_FOLDER) {
    throw new Refusal(
      `the local AWS on port ${port} belongs to the checkout in ${owner}`,
      `Run \`npx platform down\` there, or choose another port here: LOCAL_AWS_PORT=${port + 1}`,
    );
  }
}

async function ownerOf(docker: Docker, port: number) {
  try {
    const { Config } = await docker.getContainer(localAwsName(port)).inspect();
    return { owner: Config.Labels[OWNER_LABEL] ?? "", variables: Config.Env };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
