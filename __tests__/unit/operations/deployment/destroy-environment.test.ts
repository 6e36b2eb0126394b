import { expect, test } from "vitest";
import { requireGone } from "../../../../operations/deployment/destroy-environment";
import { NOTHING } from "../../../../operations/deployment/destroy-stack";
import { createClients } from "../../../../operations/target/clients";
import { readConfig } from "../../../../project";
import { answer, awsError } from "../../../support/preflight";

/** Ends a destroy with this outcome, in an account with or without the first repository. */
async function destroyed(outcome: string, repository: unknown): Promise<void> {
  const clients = createClients({ region: "us-east-1" });
  answer(clients.ecr, repository);
  const results = [{ title: "Stack registry", outcome, seconds: 1 }];
  await requireGone(results, { clients, config: readConfig({}).config });
}

const THERE = { repositories: [{ repositoryArn: "arn:aws:ecr:us-east-1:1:repository/x" }] };
const GONE = awsError("RepositoryNotFoundException");

test("an environment that exists without a state does not count as destroyed", async () => {
  await expect(destroyed(NOTHING, THERE)).rejects.toThrow(
    /^dev still exists, but there is no state of it here\.\n→ .*PLATFORM_BACKEND and PLATFORM_STATE_\*/,
  );
});

test("destroying an environment that is already gone is not a failure", async () => {
  await expect(destroyed(NOTHING, GONE)).resolves.toBeUndefined();
});

test("an environment that was just destroyed is not looked up", async () => {
  await expect(destroyed("0 to add, 0 to change, 9 to destroy", THERE)).resolves.toBeUndefined();
});
