import { cpSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Checkout } from "../e2e/support/checkout";

const CATALOGUE = `import { defineServices } from "../spec/service/spec";

export const services = defineServices({
  web: { port: 8101, health: "/", path: "/web", size: { cpu: 256, memory: 512 } },
});
`;

/** A finding of its image, as a failed scan names it. */
export const ADVISORY = "GHSA-2g68-c3qc-8985 CVE-2024-34069  high      werkzeug  3.0.2    3.0.3";

/** Makes a service with a known vulnerability the only one of a checkout whose environment scans. */
export function addVulnerableService(checkout: Checkout): void {
  const { folder } = checkout;
  writeFileSync(path.join(folder, "services", "index.ts"), CATALOGUE);
  cpSync(path.join(__dirname, "service"), path.join(folder, "services", "web"), {
    recursive: true,
  });
  checkout.edit("environments.ts", "local: {", 'local: {\n    scan: { threshold: "high" },');
}

/** What accepts the advisory until a day, in the file's words. */
export function accept({ folder }: Checkout, until: string): void {
  const file = path.join(folder, "accepted-vulnerabilities.ts");
  const entry = {
    id: "CVE-2024-34069",
    package: "werkzeug",
    reason: "no debugger runs here",
    until,
  };
  const text = readFileSync(file, "utf8").replace(
    /= \[[^]*\];\n$/,
    `= [${JSON.stringify(entry)}];\n`,
  );
  writeFileSync(file, text);
}

/** A day from today on, in UTC. */
export function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}
