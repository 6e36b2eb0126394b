import { expect, test } from "vitest";
import { requireGone } from "../../../../operations/deployment/destroy-environment";
import { NOTHING } from "../../../../operations/deployment/destroy-stack";
import { createClients } from "../../../../operations/target/clients";
import { readConfig } from "../../../../project";
import { answer, awsError } from "../../../support/preflight";

/** Destroying came to this, in an account with or without the environment's first repository. */
async function destroyed(outcome: string, repository: unknown): Promise<void> {
  const clients = createClients({ region: "us-east-1" });
  answer(clients.ecr, repository);
  const results = [{ title: "Stack registry", outcome, seconds: 1 }];
  await requireGone(results, { clients, config: readConfig({}).config });
}

const THERE = { repositories: [{ repositoryArn: "arn:aws:ecr:us-east-1:1:repository/x" }] };
const GONE = awsError("RepositoryNotFoundException");

test("an environment that no state knows is not taken for destroyed while it is there", async () => {
  await expect(destroyed(NOTHING, THERE)).rejects.toThrow(
    /^dev still exists, but there is no state of it here\.\n→ .*PLATFORM_BACKEND and PLATFORM_STATE_\*/,
  );
});

test("what was destroyed before is gone, and that is no failure", async () => {
  await expect(destroyed(NOTHING, GONE)).resolves.toBeUndefined();
});

test("what has just been destroyed is not asked for", async () => {
  await expect(destroyed("0 to add, 0 to change, 9 to destroy", THERE)).resolves.toBeUndefined();
});
