import { expect, test } from "vitest";
import { cliConfig } from "../../../../local/machine/cli-config";

test("each listed provider comes from its own mirror, every other provider from its registry", () => {
  const text = cliConfig([
    { folder: "/mirrors/a", include: ["registry.terraform.io/hashicorp/aws"] },
    { folder: '/mirrors/${b}"', include: ["registry.terraform.io/kreuzwerker/docker"] },
  ]);
  expect(text).toBe(`# Written by \`npx platform up\`; used only for local deployments.
disable_checkpoint = true

provider_installation {
  filesystem_mirror {
    path    = "/mirrors/a"
    include = ["registry.terraform.io/hashicorp/aws"]
  }
  filesystem_mirror {
    path    = "/mirrors/$\${b}\\""
    include = ["registry.terraform.io/kreuzwerker/docker"]
  }
  direct {
    exclude = ["registry.terraform.io/hashicorp/aws", "registry.terraform.io/kreuzwerker/docker"]
  }
}
`);
});
