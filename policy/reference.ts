import type { EnvironmentSettings } from "../spec/environment/settings";
import { defineServices } from "../spec/service/spec";

const health = "/health";
const size = { cpu: 256, memory: 512 } as const;

/**
 * A catalogue with each kind of service, worker and job, and a sidecar. What is accepted for it is accepted for every catalogue,
 * so that the list of accepted findings does not depend on the services of one project.
 */
export const REFERENCE = defineServices({
  public: {
    port: 8080,
    health,
    size,
    path: "/",
    calls: ["private"],
    sends: ["messages"],
    scaling: {
      min: 2,
      max: 10,
      requests: 600,
      schedule: [{ cron: "0 8 ? * MON-FRI *", min: 4, max: 20 }],
    },
  },
  private: {
    port: 8081,
    health,
    size,
    database: true,
    migrate: ["/migrate"],
    secrets: {
      API_KEY: true,
      LICENSE: "arn:aws:ssm:us-east-1:123456789012:parameter/license",
      TOKEN: "arn:aws:secretsmanager:us-east-1:123456789012:secret:token-AbCdEf:key::",
    },
    permissions: [
      { actions: ["ses:SendEmail"], resources: ["arn:aws:ses:*:*:identity/example.com"] },
      { actions: ["rekognition:DetectLabels"], resources: ["*"] },
    ],
  },
  writer: {
    port: 8082,
    health,
    size,
    database: true,
    migrate: ["/migrate"],
    files: { writable: "everywhere" },
    receives: ["messages"],
    scaling: { min: 1, max: 5, backlog: 20 },
    stores: { objects: {}, versions: { versioned: true } },
  },
  worker: {
    size,
    calls: ["private"],
    sidecars: { beside: { folder: "sidecars/beside", files: { writable: "everywhere" } } },
  },
  job: { schedule: { everyMinutes: 60 }, size },
});

/** Environments whose stacks contain every kind of resource, guarded and not. */
export const REFERENCES: Readonly<Record<"reference" | "guarded", EnvironmentSettings>> = {
  reference: {
    pullableBy: ["210987654321"],
    exec: true,
    alarms: { emails: ["alarms@example.com"], webhooks: ["https://alarms.example.com"] },
  },
  guarded: {
    protected: true,
    plainHttp: true,
    firewall: { requestsPerFiveMinutes: 2000 },
    scan: { threshold: "high" },
    sign: true,
  },
};

/** The domain of an environment that has none, to see it served over HTTPS too. */
export const REFERENCE_DOMAIN = { name: "policy.example.com", hostedZone: "example.com" };

/** The setup of an account that holds the reference environment and the bucket of its states. */
export const REFERENCE_SETUP = {
  AWS_REGION: "us-east-1",
  SETUP_ACCOUNT: "123456789012",
  SETUP_REPOSITORY: "acme/platform",
  SETUP_STATE_BUCKET: "acme-platform-states",
  SETUP_ENVIRONMENTS: "reference",
};
