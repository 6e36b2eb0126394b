import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  hcpVariables,
  missingToken,
  readToken,
  tokenVariable,
} from "../../../../operations/checks/hcp-token";
import { requireStatePlace } from "../../../../operations/checks/phase";
import { thisMachine } from "../../../../operations/target/machine";
import { Refusal } from "../../../../operations/terminal/refusal";
import { checkContext } from "../../../support/preflight";

const HCP = "app.terraform.io";
const login = (token: string) => JSON.stringify({ credentials: { [HCP]: { token } } });

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "home-"));
});
afterEach(() => {
  rmSync(home, { recursive: true });
});

/** Writes a file below the home folder and returns its path. */
function write(file: string, text: string): string {
  const full = path.join(home, file);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, text);
  return full;
}

describe("the token of a host", () => {
  beforeEach(() => {
    write(".terraform.d/credentials.tfrc.json", login("from-login"));
    write(
      ".terraformrc",
      `# credentials "commented.acme.com" { token = "no" }
disable_checkpoint = true
provider_installation { network_mirror { url = "https://mirror.acme.com/" } }
credentials "tfe.acme.com" {
  token = "from-configuration"
}
// credentials "slashes.acme.com" { token = "no" }
/* credentials "tfe.example.com" { token = "no" } */
credentials "Between.acme.com:443" { token = "a#b//c/*d*/" }
/* the hosts of others */
credentials  "wide.acme.com"  {  token  =  "wide"  }
credentials "narrow.acme.com"{token="narrow"}
credentials "empty.acme.com" { token = "" }
credentials "${HCP}" { token = "older" }
`,
    );
  });

  test.each<[string, Record<string, string>, string | undefined]>([
    [HCP, { TF_TOKEN_app_terraform_io: "from-variable" }, "from-variable"],
    [HCP, { "TF_TOKEN_app.terraform.io": "from-variable" }, "from-variable"],
    ["APP.terraform.io", { TF_TOKEN_APP_terraform_io: "from-variable" }, "from-variable"],
    ["tf-e.acme.com", { TF_TOKEN_tf__e_acme_com: "from-variable" }, "from-variable"],
    ["tf-e.acme.com", { "TF_TOKEN_tf-e_acme_com": "from-variable" }, "from-variable"],
    ["tf-e.acme.com:443", { TF_TOKEN_tf__e_acme_com: "from-variable" }, "from-variable"],
    ["tfe.acme.com:8443", { "TF_TOKEN_tfe_acme_com:8443": "from-env" }, "from-env"],
    ["tfe.acme.com:8443", { TF_TOKEN_tfe_acme_com: "another port's" }, undefined],
    // An empty variable hides the file of `terraform login` from Terraform.
    [HCP, { TF_TOKEN_app_terraform_io: "" }, undefined],
    [HCP, {}, "from-login"],
    ["tfe.acme.com", {}, "from-configuration"],
    [HCP, { MY_TOKEN_app_terraform_io: "another program's" }, "from-login"],
    ["between.acme.com", {}, "a#b//c/*d*/"],
    ["wide.acme.com", {}, "wide"],
    ["narrow.acme.com", {}, "narrow"],
    ["empty.acme.com", {}, undefined],
    ["slashes.acme.com", {}, undefined],
    ["commented.acme.com", {}, undefined],
    ["tfe.example.com", {}, undefined],
  ])("%s with %o is %s", async (hostname, env, token) => {
    expect(await readToken(hostname, env, home)).toBe(token);
  });

  test.each(["TF_CLI_CONFIG_FILE", "TERRAFORM_CONFIG"])(
    "is read from no other file than the one in %s",
    async (variable) => {
      const env = { [variable]: write("other.tfrc", 'credentials "a.acme.com" { token = "a" }\n') };
      expect(await readToken("a.acme.com", env, home)).toBe("a");
      expect(await readToken(HCP, env, home)).toBeUndefined();
      expect(await readToken("tfe.acme.com", env, home)).toBeUndefined();
    },
  );

  test("is read from JSON in that file too", async () => {
    const env = { TF_CLI_CONFIG_FILE: write("other.tfrc.json", `\n${login("in JSON")}`) };
    expect(await readToken(HCP, env, home)).toBe("in JSON");
  });

  test("is the one of the last file in Terraform's folder, of which a copy is none", async () => {
    for (const file of ["b.tfrc", "a.tfrc", "c.tfrc.bak"]) {
      write(`.terraform.d/${file}`, `credentials "b.acme.com" { token = "in ${file}" }`);
    }
    expect(await readToken("b.acme.com", {}, home)).toBe("in b.tfrc");
  });

  test("is unknown on a machine without a configuration", async () => {
    expect(await readToken(HCP, {}, path.join(home, "nowhere"))).toBeUndefined();
  });

  test("comes from a credentials helper if no file has it", async () => {
    const { os, arch } = thisMachine();
    const folder = `.terraform.d/plugins/${os}_${arch}`;
    const program = `#!/bin/sh\necho "{\\"token\\": \\"$*\\"}"\n`;
    chmodSync(write(`${folder}/terraform-credentials-vault_v1.0.0`, program), 0o755);
    const json = {
      credentials: { "other.acme.com": {} },
      credentials_helper: { vault: { args: ["-x", "y"] } },
    };
    for (const text of [
      'credentials_helper "vault" {\n  args = ["-x", "y"]\n}\n',
      'credentials "other.acme.com" {}\ncredentials_helper  "vault"  {  args  =  [  "-x"  ,"y"]  }',
      'credentials_helper "vault"{args=["-x","y"]}',
      JSON.stringify(json),
    ]) {
      write(".terraform.d/helper.tfrc", text);
      expect(await readToken("other.acme.com", {}, home)).toBe("-x y get other.acme.com");
      expect(await readToken(HCP, {}, home)).toBe("from-login");
      expect(await readToken("empty.acme.com", {}, home)).toBeUndefined();
    }
  });

  test.each([
    ["fails", `echo '{"token": "no"}'; exit 1`],
    ["knows none", "echo '{}'"],
    ["answers with something else", `echo '{"token": 1}'`],
    ["answers in no JSON", "echo no token"],
  ])("is unknown if the helper %s", async (_, answer) => {
    const file = ".terraform.d/plugins/terraform-credentials-vault";
    chmodSync(write(file, `#!/bin/sh\n${answer}\n`), 0o755);
    write(".terraform.d/helper.tfrc", 'credentials_helper "vault" {}');
    expect(await readToken("other.acme.com", {}, home)).toBeUndefined();
  });

  test("comes from no other helper if the configured one is not installed", async () => {
    const program = `#!/bin/sh\necho '{"token": "another vault's"}'\n`;
    chmodSync(write(".terraform.d/plugins/terraform-credentials-other", program), 0o755);
    write(".terraform.d/helper.tfrc", 'credentials_helper "vault" {}');
    expect(await readToken("other.acme.com", {}, home)).toBeUndefined();
  });

  test("comes from the newest version of a helper, by number", async () => {
    const folder = ".terraform.d/plugins";
    for (const version of ["1.9.0", "1.10.0"]) {
      const program = `#!/bin/sh\necho '{"token": "${version}"}'\n`;
      chmodSync(write(`${folder}/terraform-credentials-safe_v${version}`, program), 0o755);
    }
    const config = write("safe.tfrc", 'credentials_helper "safe" {}\n');
    const env = { TF_CLI_CONFIG_FILE: config };
    expect(await readToken("other.acme.com", env, home)).toBe("1.10.0");
  });

  test("in a damaged file is refused with the file's name", async () => {
    const file = write(".terraform.d/credentials.tfrc.json", "{");
    await expect(readToken(HCP, {}, home)).rejects.toMatchObject({
      message: expect.stringContaining(
        `${file}, a configuration of Terraform, is not valid JSON: SyntaxError`,
      ) as unknown,
      fix: "correct the file, or delete it and run terraform login again",
    });
  });

  test("is handed to the tfe provider, which reads no variable of a host", async () => {
    const env = { TF_TOKEN_app_terraform_io: "from-variable" };
    expect(await hcpVariables(HCP, env, home)).toEqual({ TFE_TOKEN: "from-variable" });
    expect(await hcpVariables(HCP, {}, home)).toEqual({ TFE_TOKEN: "from-login" });
    expect(await hcpVariables(HCP, { ...env, TFE_TOKEN: "the caller's" }, home)).toEqual({});
    await expect(hcpVariables("tfe.example.com", {}, home)).rejects.toEqual(
      new Refusal(
        'there is no token for tfe.example.com: `terraform init` would fail with "Required token could not be found"',
        "terraform login tfe.example.com, or export TF_TOKEN_tfe_example_com=…",
      ),
    );
  });
});

describe("without a token", () => {
  test("both ways to get one are named before Terraform starts", async () => {
    const hostname = "tfe.nowhere.invalid";
    const context = checkContext({
      PLATFORM_BACKEND: "cloud",
      PLATFORM_HCP_ORGANIZATION: "acme",
      PLATFORM_HCP_HOSTNAME: hostname,
    });
    await expect(requireStatePlace(context)).rejects.toThrow(
      `Terraform was not started:
✖ there is no token for ${hostname}: \`terraform init\` would fail with "Required token could not be found"
  → terraform login ${hostname}, or export TF_TOKEN_tfe_nowhere_invalid=…`,
    );
  });

  test("a file in TF_CLI_CONFIG_FILE is named as the reason that a login does not count", () => {
    write(".terraform.d/credentials.tfrc.json", login("from-login"));
    expect(missingToken(HCP, { TF_CLI_CONFIG_FILE: "/ci/terraform.rc" }, home)).toEqual({
      problem: `there is no token for ${HCP}: TF_CLI_CONFIG_FILE makes Terraform read only /ci/terraform.rc, and not the file of terraform login`,
      fix: `export TF_TOKEN_app_terraform_io=…, or add credentials "${HCP}" { token = "…" } to /ci/terraform.rc`,
    });
  });

  test("a file in TF_CLI_CONFIG_FILE is where the token of a host with a port belongs", () => {
    const env = { TF_CLI_CONFIG_FILE: "/ci/terraform.rc" };
    expect(missingToken("tfe.acme.com:8443", env, home)).toEqual({
      problem:
        "there is no token for tfe.acme.com:8443: TF_CLI_CONFIG_FILE makes Terraform read only /ci/terraform.rc",
      fix: 'add credentials "tfe.acme.com:8443" { token = "…" } to /ci/terraform.rc',
    });
  });

  test("an empty variable is named as the reason", () => {
    expect(missingToken(HCP, { TF_TOKEN_app_terraform_io: "" }, home)).toEqual({
      problem: `TF_TOKEN_app_terraform_io is empty, so Terraform uses no token for ${HCP}`,
      fix: "unset TF_TOKEN_app_terraform_io, or set it to a token",
    });
  });

  test("no variable is named for a host with a port, which no shell could export", () => {
    expect(tokenVariable("tfe.acme.com:8443")).toBeUndefined();
    expect(tokenVariable("tfe.acme.com:4430")).toBeUndefined();
    expect(tokenVariable("tfe.acme.com:443")).toBe("TF_TOKEN_tfe_acme_com");
    expect(tokenVariable("tfe.acme.com:0443")).toBe("TF_TOKEN_tfe_acme_com");
    expect(missingToken("tfe.acme.com:8443", {}, home).fix).toBe(
      'terraform login tfe.acme.com:8443, or add credentials "tfe.acme.com:8443" { token = "…" } to .terraformrc',
    );
  });
});
