import { TerraformStack, Testing } from "cdktf";
import { Construct } from "constructs";
import { expect, test } from "vitest";
import type { AcceptedVulnerability } from "../../../../spec/scan/accepted";
import { scan } from "../../../../stacks/images/scan";

const accepted = (id: string, service?: string): AcceptedVulnerability => ({
  id,
  package: "openssl",
  reason: "the server is not used",
  until: "2027-01-31",
  ...(service !== undefined && { service }),
});

/** What makes the scan of web's image run again. */
function asked(...list: AcceptedVulnerability[]): unknown {
  const stack = new TerraformStack(Testing.app(), "images");
  const rules = { threshold: "high", unfixed: "report", accepted: list, ended: [] } as const;
  scan(new Construct(stack, "web"), rules, "sha256:1");
  // The format of Terraform's JSON.
  const json = JSON.parse(Testing.synth(stack)) as {
    resource: { terraform_data: Record<string, { triggers_replace: unknown }> };
  };
  return Object.values(json.resource.terraform_data)[0]?.triggers_replace;
}

test("an image is scanned again when what is accepted for it changes, and not for another's", () => {
  expect(asked(accepted("CVE-2026-2"), accepted("CVE-2026-1", "web"))).toEqual({
    image: "sha256:1",
    threshold: "high",
    unfixed: "report",
    accepted: ["CVE-2026-1 of openssl in web", "CVE-2026-2 of openssl"],
  });
  expect(asked(accepted("CVE-2026-3", "orders"))).toEqual(asked());
});
