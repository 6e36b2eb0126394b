import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { describe, expect, test } from "vitest";
import { describeMachine, thisMachine } from "../../../../operations/target/machine";
import { Refusal } from "../../../../operations/terminal/refusal";

const DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nID=debian\n';
const UBUNTU = "NAME=Ubuntu\nID=ubuntu\nID_LIKE=debian\n";
const FEDORA =
  'NAME="Fedora Linux"\nID=fedora\nSUPPORT_URL="https://not.debian.example"\nVARIANT_ID=debian\n';

describe("this machine", () => {
  test.each([
    ["Debian", DEBIAN, true],
    ["Ubuntu, based on Debian", UBUNTU, true],
    ["Fedora", FEDORA, false],
    ["an unnamed Linux", "", false],
  ])("%s: apt-get %#", (_, release, debian) => {
    const facts = { platform: "linux", arch: "x64", userId: 0, release };
    expect(describeMachine(facts)).toEqual({ os: "linux", arch: "amd64", root: true, debian });
  });

  test("macOS has no apt-get, and its user is not root", () => {
    const facts = { platform: "darwin", arch: "arm64", userId: 501, release: DEBIAN };
    expect(describeMachine(facts)).toEqual({
      os: "darwin",
      arch: "arm64",
      root: false,
      debian: false,
    });
  });

  test.each([
    ["win32", "x64"],
    ["linux", "riscv64"],
  ])("%s on %s is refused", (platform, arch) => {
    const facts = { platform, arch, userId: 1, release: "" };
    expect(() => describeMachine(facts)).toThrow(
      new Refusal(
        `the local platform runs on Linux and macOS, on x64 and arm64; this is ${platform} on ${arch}`,
        "Run it in a Linux virtual machine (on Windows: in WSL 2), or deploy to AWS.",
      ),
    );
  });

  // Only Linux has the file.
  test.skipIf(process.platform !== "linux")("is described by what the system says of it", () => {
    const release = readFileSync("/etc/os-release", "utf8");
    const { platform, arch } = process;
    const facts = { platform, arch, userId: userInfo().uid, release };
    expect(thisMachine()).toEqual(describeMachine(facts));
  });
});
