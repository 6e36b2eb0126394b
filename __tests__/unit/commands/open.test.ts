import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { type MockInstance, beforeEach, expect, test, vi } from "vitest";
import { openEnvironment } from "../../../commands/open";
import * as browser from "../../../operations/terminal/browser";
import { awsError } from "../../support/preflight";
import { hearLines, run } from "../../support/command";

let send: MockInstance;
let heard: ReturnType<typeof hearLines>;
beforeEach(() => {
  heard = hearLines();
  vi.spyOn(browser, "browserProgram").mockReturnValue(undefined);
  vi.spyOn(browser, "openBrowser").mockResolvedValue(true);
  send = vi
    .spyOn(ElasticLoadBalancingV2Client.prototype, "send")
    .mockImplementation(() => ({ LoadBalancers: [{ DNSName: "lb.example.com" }] }));
});

test("prints the URL of the environment, then those of its services", async () => {
  await run(openEnvironment, "dev");
  const [url, ...services] = heard.out.join("\n").split("\n");
  expect(url).toBe("http://lb.example.com");
  expect(services).toContainEqual(
    expect.stringMatching(/^transaction-processor +http:\/\/lb.example.com\/v1\/transactions$/),
  );
  expect(send.mock.calls[0]?.[0]).toHaveProperty("input", { Names: ["platform-dev"] });
  expect(browser.openBrowser).not.toHaveBeenCalled();
});

test("with a desktop, opens the URL of the service", async () => {
  vi.mocked(browser.browserProgram).mockReturnValue("xdg-open");
  await run(openEnvironment, "dev", "--service", "transaction-processor");
  const url = "http://lb.example.com/v1/transactions";
  expect(heard.out).toEqual([url]);
  expect(browser.openBrowser).toHaveBeenCalledWith("xdg-open", url);
});

test("a browser that does not start is said, and the URL is printed all the same", async () => {
  vi.mocked(browser.browserProgram).mockReturnValue("xdg-open");
  vi.mocked(browser.openBrowser).mockResolvedValue(false);
  await run(openEnvironment, "dev");
  expect(heard.out[0]).toBe("http://lb.example.com");
  expect(heard.err).toEqual(["xdg-open could not open it."]);
});

test("refuses a private service, and one that is not in the catalogue", async () => {
  const open = (service: string) => run(openEnvironment, "dev", "--service", service);
  await expect(open("fraud-detection")).rejects.toThrow("has no path at the load balancer");
  await expect(open("flask-app")).rejects.toThrow("did you mean flask-api?");
  expect(send).not.toHaveBeenCalled();
});

test("refuses an environment that is not deployed", async () => {
  send.mockRejectedValue(awsError("LoadBalancerNotFoundException"));
  await expect(run(openEnvironment, "dev")).rejects.toThrow("dev is not deployed in");
});
