import { describe, expect, test } from "vitest";
import type { ServiceFiles } from "../../../spec/service/files";
import { fixture } from "../../support/services";
import { containers, synthesize } from "../../support/synth";

/** The probe and the containers of a service with a migration, by name. */
function orders(files?: ServiceFiles) {
  const spec = { ...fixture.orders, migrate: ["/migrate"] as const, ...(files && { files }) };
  const { images, platform } = synthesize({ orders: spec });
  const probes = images.resources("docker_container");
  const byName = (part: string) => probes.find(({ name }) => String(name).includes(part));
  const task = containers(platform);
  const named = (container: string) => task.find(({ name }) => name === container);
  return {
    probe: byName("orders-probe-use1"),
    platformProbes: [byName("ready-probe"), byName("database-setup-probe")],
    own: [named("orders"), named("migrate")],
    platformOwn: [named("ready"), named("database-setup")],
  };
}

/** Native libraries run in it, whose owner is the image's user. */
const mountOptions = ["exec", "nosuid", "nodev", "mode=1777"];
const IN_DOCKER = "exec,nosuid,nodev,mode=1777";

const usual = orders();
const several = orders({ tmpMiB: 32, writable: ["/var/cache/app", "/run/app"] });
const open = orders({ writable: "everywhere" });

describe("a service without files", () => {
  test("has 64 MiB in /tmp, and so has its migration", () => {
    for (const container of usual.own) {
      expect(container).toMatchObject({
        readonlyRootFilesystem: true,
        linuxParameters: {
          tmpfs: [{ containerPath: "/tmp", size: 64, mountOptions }],
          // Beside it, not in its place.
          initProcessEnabled: true,
          capabilities: { drop: ["ALL"] },
        },
      });
    }
  });

  test("is probed with the same", () => {
    expect(usual.probe).toMatchObject({
      read_only: true,
      tmpfs: { "/tmp": `${IN_DOCKER},size=64m` },
    });
  });
});

describe("a service that writes to folders of its own", () => {
  test("has each in memory, of the size that it says", () => {
    const folders = ["/tmp", "/var/cache/app", "/run/app"];
    const tmpfs = folders.map((containerPath) => ({ containerPath, size: 32, mountOptions }));
    for (const container of several.own) {
      expect(container).toMatchObject({ readonlyRootFilesystem: true, linuxParameters: { tmpfs } });
    }
    expect(several.probe).toMatchObject({
      read_only: true,
      tmpfs: Object.fromEntries(folders.map((folder) => [folder, `${IN_DOCKER},size=32m`])),
    });
  });
});

describe("a service that writes everywhere", () => {
  test("can change its image's files, in the probe as in the task and its migration", () => {
    for (const container of open.own) {
      expect(container).toMatchObject({ readonlyRootFilesystem: false });
    }
    expect(open.probe).toMatchObject({ read_only: false });
  });

  test("has no capability for it, and still 64 MiB in /tmp", () => {
    for (const container of open.own) {
      expect(container).toMatchObject({
        linuxParameters: {
          capabilities: { drop: ["ALL"] },
          tmpfs: [{ containerPath: "/tmp", size: 64 }],
        },
      });
    }
    expect(open.probe).toMatchObject({ capabilities: { drop: ["ALL"] } });
  });
});

test("the platform's own containers cannot write, whatever the service says", () => {
  for (const container of [...several.platformOwn, ...open.platformOwn]) {
    expect(container).toMatchObject({ readonlyRootFilesystem: true });
    expect(container?.["linuxParameters"]).not.toHaveProperty("tmpfs");
  }
  for (const probe of open.platformProbes) {
    expect(probe).toMatchObject({ read_only: true });
    expect(probe).not.toHaveProperty("tmpfs");
  }
});

test("whatever a service can write is probed again when it changes", () => {
  const labels = [
    usual,
    several,
    orders({ tmpMiB: 16 }),
    orders({ writable: ["/run/app"] }),
    orders({ writable: ["/run/app", "/run/b"] }),
  ].map(({ probe }) => JSON.stringify(probe?.["labels"]));
  expect(new Set(labels).size).toBe(labels.length);
});
