import { beforeEach, describe, expect, test, vi } from "vitest";
import * as clients from "../../../../operations/checks/clients";
import {
  preflightPhase,
  requireAccount,
  requireStatePlace,
} from "../../../../operations/checks/phase";
import * as preflight from "../../../../operations/checks/preflight";
import { answer, checkContext } from "../../../support/preflight";

const WELL = { title: "Disk", result: { found: "free: 9.0 GB" } };
const SKIPPED = { title: "Domain", result: undefined };
const ILL = { title: "VPCs", result: { problems: [{ problem: "full", fix: "empty it" }] } };

describe("the phase before a deployment", () => {
  test("ends with the number of checks, and reports them while they run", async () => {
    const asked = vi.spyOn(preflight, "runChecks").mockResolvedValue([WELL, WELL, SKIPPED]);
    const context = checkContext();
    const report = vi.fn();
    const phase = preflightPhase(() => context);
    expect(phase.title).toBe("Preflight");
    expect(await phase.run(report)).toBe("3 checks");
    expect(asked).toHaveBeenCalledWith(context, report);
  });
});

describe("before Terraform starts", () => {
  test("only the place of the states is checked", async () => {
    const asked = vi.spyOn(preflight, "runChecks").mockResolvedValue([WELL]);
    const context = checkContext({
      PLATFORM_BACKEND: "s3",
      PLATFORM_STATE_BUCKET: "acme-states",
    });
    await expect(requireStatePlace(context)).resolves.toBeUndefined();
    const [[, , checks] = []] = asked.mock.calls;
    expect(checks).toEqual(preflight.stateChecks(context.config));
  });

  test("every problem with it is an error, with its fix", async () => {
    vi.spyOn(preflight, "runChecks").mockResolvedValue([ILL, WELL, ILL]);
    await expect(requireStatePlace(checkContext())).rejects.toThrow(
      /^Terraform was not started:\n✖ full\n {2}→ empty it\n✖ full\n {2}→ empty it$/,
    );
  });
});

describe("before something is destroyed or restored", () => {
  const orders = "210987654321.dkr.ecr.us-east-1.amazonaws.com/platform-dev/orders";
  const context = checkContext({}, { deployedRepositories: { orders } });
  beforeEach(() => {
    vi.spyOn(clients, "createClients").mockReturnValue(context.clients);
  });

  test("credentials of the environment's account pass", async () => {
    answer(context.clients.sts, { Account: "210987654321", Arn: "arn" });
    await expect(requireAccount(context)).resolves.toBeUndefined();
    expect(clients.createClients).toHaveBeenCalledWith(context.clientSettings, "us-east-1");
  });

  test("credentials of another account stop it", async () => {
    answer(context.clients.sts, { Account: "123456789012", Arn: "arn" });
    await expect(requireAccount(context)).rejects.toThrow(
      `Nothing was changed:
✖ the credentials belong to account 123456789012, but this environment was deployed to 210987654321
  → use credentials for 210987654321, or choose another environment: export PLATFORM_SUFFIX=…`,
    );
  });
});
