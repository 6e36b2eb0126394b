import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { environments } from "../../../../environments";
import { type Estimate, estimate } from "../../../../operations/cost/estimate";
import { dollars } from "../../../../operations/cost/estimate-text";
import { requirePrices } from "../../../../operations/cost/price-list";
import type { PriceName } from "../../../../operations/cost/price-names";
import { PROJECT_FOLDER } from "../../../../project";
import { services } from "../../../../services";
import type { EnvironmentSettings } from "../../../../spec/environment/settings";
import { START, resourcesIn } from "../../../support/cost";
import { synthesize } from "../../../support/synth";

const prices = requirePrices("us-east-1");

function estimateOf(own: EnvironmentSettings | undefined): Estimate {
  const resources = resourcesIn(synthesize(services, {}, own));
  return estimate(resources, { name: "platform", suffix: "dev" }, prices, START);
}

/** The text of a page, without its line breaks. */
function page(name: string): string {
  return readFileSync(path.join(PROJECT_FOLDER, "docs", name), "utf8").replace(/\s+/g, " ");
}

const dev = estimateOf(environments["dev"]);
const costOf = (what: string) =>
  dollars(dev.lines.find((line) => line.what.includes(what))?.dollars.from ?? NaN);
const price = (name: PriceName) => `${prices.get(name)} $`;

describe("the figures of docs/environments.md are those of the estimate:", () => {
  const text = page("environments.md");
  // An environment is a preview by its name, from which follow a lifetime and no alarms.
  const { lifetimeHours = 0, ...preview } = environments.preview;
  const paused = estimateOf({ ...preview, alarms: false }).total.from;
  // The least that Aurora has while it is not paused.
  const awake = paused + 0.5 * 730 * prices.get("auroraAcuHour");
  const saved =
    dev.total.from - estimateOf({ ...environments["dev"], natGateways: "shared" }).total.from;
  const firewall = estimateOf({
    ...environments["dev"],
    firewall: { requestsPerFiveMinutes: 100 },
  });

  test.each([
    `two NAT gateways ${costOf("NAT")}`,
    `four public IPv4 addresses ${costOf("IPv4")}`,
    `the load balancer ${costOf("load balancers")}`,
    `Aurora at its minimum of 0.5 ACU ${costOf("Aurora")}`,
    `the metrics of Container Insights ${costOf("Insights")}`,
    `two tasks of 0.25 vCPU and 512 MiB ${costOf("tasks")} a month`,
    `about ${dollars(dev.total.from)} in all, and ${dollars(dev.total.to)} with the most`,
    `\`natGateways: "shared"\` saves ${saved.toFixed(2)} $`,
    `costs about ${dollars(paused)} a month while Aurora is paused`,
    `and ${dollars(awake)} while a service keeps it awake`,
    `which is ${dollars((awake * lifetimeHours) / 730)} for its three days`,
    `a \`firewall\` adds ${dollars(firewall.total.from - dev.total.from)}`,
    `and ${prices.get("webAclRequestsMillion").toFixed(2)} $ for a million requests`,
  ])("%s", (figure) => {
    expect(text).toContain(figure);
  });
});

test("so are those of the other pages", () => {
  const [protection, identity] = [page("protection.md"), page("identity.md")];
  expect(protection).toContain(`the reader at 0.5 ACU ${costOf("Aurora")}`);
  expect(protection).toContain(
    `beyond the size of the database ${price("auroraBackupGbMonth")} per GB`,
  );
  expect(protection).toContain(`flow logs ${price("flowLogsGb")} per GB`);
  expect(protection).toContain(`S3 ${price("bucketGbMonth")} per GB`);
  expect(protection).toContain(`in CloudWatch ${prices.get("logsGb").toFixed(2)} $ per GB`);
  expect(identity).toContain(
    `${dollars(prices.get("webAclMonth") + prices.get("webAclRuleMonth"))} a month for the list and its rule, ` +
      `and ${prices.get("webAclRequestsMillion").toFixed(2)} $ for a million requests`,
  );
});

test("the line of a plan in docs/cost.md is that of two more tasks of a service, and of ten at the most", () => {
  const task = (dev.lines[0]?.dollars.from ?? NaN) / 2;
  const least = [dev.total.from, dev.total.from + 2 * task].map(dollars).join(" → ");
  const most = [dev.total.to, dev.total.to + 10 * task].map(dollars).join(" → ");
  expect(page("cost.md")).toContain(`cost: ${least} a month at the least, ${most} at the most`);
  expect(page("cost.md")).toContain(`A task counts ${prices.spotShare * 100} %`);
});
