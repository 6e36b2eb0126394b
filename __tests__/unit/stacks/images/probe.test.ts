import { TerraformStack, Testing } from "cdktf";
import { Construct } from "constructs";
import { expect, test } from "vitest";
import { readConfig } from "../../../../project";
import type { Services } from "../../../../spec/service/spec";
import { probe } from "../../../../stacks/images/probe";
import { fixture } from "../../../support/services";
import { synthesize } from "../../../support/synth";

const size = { cpu: 256, memory: 512 } as const;
const nightly = { size, schedule: { cron: "30 2 * * ? *" } } as const;
const { images } = synthesize({
  web: { ...fixture.web, calls: [] },
  checked: { ...fixture.orders, database: false, health: { path: "/health", command: ["/check"] } },
  exporter: { size },
  nightly,
  report: { ...nightly, dryRun: ["report", "--dry-run"] as const },
} satisfies Services);

const containers = new Map(
  images
    .resources("docker_container")
    .map((block) => [String(block["name"]).replace(/^platform-(.*)-use1-dev$/, "$1"), block]),
);
const READY = String.raw`\$\{docker_image\.images_ready_image_\w+\.image_id\}`;
const TMP = "60 512 /tmp exec,nosuid,nodev,mode=1777,size=64m";

test.each([
  ["web-probe", `http://127.0.0.1:8080/health ${READY} ${TMP}`],
  ["checked-probe", `/check ${TMP}`],
  ["exporter-probe", `10 ${READY} ${TMP}`],
  ["nightly-probe", `starts ${TMP}`],
  ["report-probe", `exits ${TMP}`],
])("%s is new with what is asked, what asks, and its limits", (name, wanted) => {
  const [, own] = containers.get(name)?.["labels"] as { label: string; value: string }[];
  expect(own?.label).toBe("fargate-platform.probe");
  expect(own?.value).toMatch(new RegExp(`^${wanted}$`));
});

test("every container of a probe is found by its environment", () => {
  expect([...containers.keys()].sort()).toEqual([
    "checked-probe",
    "exporter-probe",
    "exporter-probe-health",
    "nightly-probe",
    "ready-probe",
    "report-probe",
    "web-probe",
    "web-probe-health",
  ]);
  for (const { labels } of containers.values())
    expect(labels).toContainEqual({ label: "fargate-platform", value: "dev" });
});

test("a health check that hangs counts as failed after five seconds", () => {
  for (const name of ["checked-probe", "web-probe-health", "exporter-probe-health"])
    expect(containers.get(name)?.["healthcheck"]).toMatchObject({ timeout: "5s", retries: 3 });
});

test("a dry run that fails is said to be the reason why nothing was pushed", () => {
  expect(containers.get("report-probe")?.["lifecycle"]).toEqual({
    postcondition: [
      {
        condition: "${self.exit_code == 0}",
        error_message: "The dry run of report failed, so its image was not pushed.",
      },
    ],
  });
});

test("what only another container can watch is refused without one", () => {
  const scope = new Construct(new TerraformStack(Testing.app(), "images"), "web");
  const props = {
    config: readConfig({}).config,
    imageId: "sha256:1",
    user: "app",
    readyId: undefined,
    dependsOn: [],
    environment: {},
    startSeconds: 60,
    memory: 512,
  };
  for (const shows of [{ url: "http://127.0.0.1:8080/" }, { staySeconds: 10 }])
    expect(() => probe(scope, { ...props, shows })).toThrow("web has nothing to watch it");
});
