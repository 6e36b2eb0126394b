import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { sourcesOf } from "../../project";
import { services } from "../../services";
import { specOf } from "../../spec/service/spec";
import { catalogueProblems } from "../../spec/service/problems";

test("the catalogue has no problems", () => {
  expect(catalogueProblems(services)).toEqual([]);
});

test.each(Object.keys(services))("%s exposes the port of its entry, or none", (service) => {
  const dockerfile = sourcesOf(services)(service).dockerfile;
  expect(existsSync(dockerfile)).toBe(true);
  const exposed = readFileSync(dockerfile, "utf8").match(/(?<=^EXPOSE ).*$/gm) ?? [];
  expect(exposed).toEqual([specOf(service, services).port ?? []].flat().map(String));
});

/** A file, or each file of a folder, of a service. */
function filesOf(service: string, shared: string) {
  const root = path.join("services", service, shared);
  const names = statSync(root).isDirectory() ? readdirSync(root) : [""];
  return names.map((name) => [name, readFileSync(path.join(root, name), "utf8")]);
}

const SENDER = "transaction-processor";
const WORKER = "transaction-export";
const JOB = "daily-totals";

test.each([
  { shared: "src/http", services: [SENDER, "fraud-detection"] },
  { shared: "src/identity", services: [SENDER, "fraud-detection"] },
  { shared: "src/card-number.ts", services: [SENDER, "fraud-detection"] },
  { shared: "test/identity", services: [SENDER, "fraud-detection"] },
  { shared: "src/export-message.ts", services: [SENDER, WORKER, JOB] },
  { shared: "src/export-key.ts", services: [WORKER, JOB] },
  { shared: "src/logger.ts", services: [WORKER, JOB] },
  { shared: "test/aws/fake-sqs.ts", services: [SENDER, WORKER] },
  { shared: "test/aws/queue-model.ts", services: [SENDER, WORKER] },
  { shared: "test/aws/fake-s3.ts", services: [WORKER, JOB] },
  { shared: "test/support/message.ts", services: [WORKER, JOB] },
])("$services have the same $shared, each its own copy", ({ shared, services }) => {
  const [first = "", ...others] = services;
  for (const other of others) expect(filesOf(other, shared)).toEqual(filesOf(first, shared));
});
