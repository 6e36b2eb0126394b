import { expect, test } from "vitest";
import { readConfig } from "../../../project";
import { containerEnvironment, healthUrl, probeEnvironment } from "../../../spec/container";
import { fixture } from "../../support/services";

const { config } = readConfig({ PLATFORM_SUFFIX: "blue" });

test("a container gets its own variables, its name and port, and the URL of each service that it calls", () => {
  const environment = { LOG_LEVEL: "debug" };
  const services = { ...fixture, web: { ...fixture.web, environment } };
  expect(containerEnvironment("web", services, config)).toEqual({
    LOG_LEVEL: "debug",
    ORDERS_URL: "http://orders.platform-blue.internal:9000",
    PORT: "8080",
    SERVICE_NAME: "web",
  });
  expect(containerEnvironment("orders", services, config)).toEqual({
    PORT: "9000",
    SERVICE_NAME: "orders",
  });
});

test("a probe gets the same, and values that only look right for its queues and buckets", () => {
  expect(probeEnvironment("web", fixture, config)).toEqual(
    containerEnvironment("web", fixture, config),
  );
  const orders = {
    ...fixture.orders,
    sends: ["exports"],
    receives: ["mails"],
    stores: ["uploads"],
  };
  expect(probeEnvironment("orders", { orders }, config)).toEqual({
    PORT: "9000",
    SERVICE_NAME: "orders",
    EXPORTS_QUEUE_URL:
      "https://sqs.us-east-1.amazonaws.com/000000000000/platform-exports-queue-blue",
    MAILS_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/000000000000/platform-mails-queue-blue",
    UPLOADS_BUCKET: "amzn-s3-demo-uploads",
  });
});

test("a service is asked for its health on its own port, from inside its network interface", () => {
  expect(healthUrl(fixture.web)).toBe("http://127.0.0.1:8080/health");
  expect(healthUrl({ ...fixture.web, health: { path: "/live" } })).toBe(
    "http://127.0.0.1:8080/live",
  );
});
