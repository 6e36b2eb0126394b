import { mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { CreateSubnetCommand, CreateVpcCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { execa } from "execa";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { prepareProviders } from "../../../local/machine/providers";
import { prepareTerraform } from "../../../local/machine/terraform";
import { readFileStateSettings } from "../../../local/aws/settings";
import type { Services } from "../../../spec/service/spec";
import { environment } from "../../../project";
import { listenerPriorities } from "../../../spec/listener-priorities";
import { anyChange, cataloguesAfter, type Change } from "../../support/catalogue-changes";
import { type Emulator, startEmulator } from "../../support/emulator";
import { writeRoutes } from "../../support/routes-stack";
import { hasTools } from "../../support/tools";

/** Set another seed with `ROUTES_SEED=…`; a failure names its seed. */
const SEED = Number(environment["ROUTES_SEED"] ?? 12);
const RANDOM_STEPS = 4;

/** Changes that AWS can refuse, tried first: a rename, a swap, and two paths with the same hash. */
const KNOWN: Change[] = [
  { kind: "add", name: "ants", path: "/p26" },
  { kind: "add", name: "bees", path: "/p89" },
  { kind: "rename", which: 0, name: "cats" },
  { kind: "swap", which: 0, other: 1 },
  { kind: "remove", which: 1 },
];

// Where no registry answers, a provider is built from its sources.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 15 * 60_000 });

const { environment: localEnvironment, cacheFolder, providerMirror } = readFileStateSettings();
const present = hasTools("listener rules", "providers", "python");
const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };

describe.runIf(present || environment["CI"] === "true")("listener rules", () => {
  const outdir = mkdtempSync(path.join(tmpdir(), "listener-rules-"));
  let emulator: Emulator;
  let elb: ElasticLoadBalancingV2Client;
  let place: { listenerArn: string; vpcId: string };
  let binary: string;

  beforeAll(async () => {
    emulator = await startEmulator([
      "load_balancing.target_group_use",
      "load_balancing.rule_quotas",
      "load_balancing.listener_rules",
    ]);
    const client = {
      endpoint: emulator.endpoint,
      region: "us-east-1",
      credentials: CREDENTIALS,
    };
    elb = new ElasticLoadBalancingV2Client(client);
    place = await listen(new EC2Client(client), elb);
    // Vitest may run this file before the one in which `up` gets them.
    const options = {
      ...{ cacheFolder, providerMirror, home: homedir(), report: console.log },
      path: environment["PATH"] ?? "",
      goProxy: environment["GOPROXY"],
      userConfig: environment["TF_CLI_CONFIG_FILE"],
    };
    const program = await prepareTerraform(options);
    await prepareProviders({ ...options, terraform: program });
    binary = program.binary;
  });

  afterAll(async () => {
    await emulator.stop();
    rmSync(outdir, { recursive: true });
  });

  async function terraform(folder: string, ...args: string[]): Promise<void> {
    const { all, exitCode } = await execa(binary, args, {
      cwd: folder,
      env: { ...localEnvironment, AWS_ENDPOINT_URL: emulator.endpoint, AWS_REGION: "us-east-1" },
      all: true,
      reject: false,
      timeout: 120_000,
    });
    if (exitCode !== 0) throw new Error(`terraform ${args[0] ?? ""}: ${all}`);
  }

  /** `PRIORITY PATH SERVICE` of each rule of the load balancer. */
  async function rules(): Promise<string[]> {
    const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({}));
    const { Rules = [] } = await elb.send(
      new DescribeRulesCommand({ ListenerArn: place.listenerArn }),
    );
    return Rules.filter(({ IsDefault }) => !IsDefault)
      .map(({ Priority, Conditions, Actions }) => {
        const arn = Actions?.[0]?.TargetGroupArn;
        const group = TargetGroups.find(({ TargetGroupArn }) => TargetGroupArn === arn);
        const values = Conditions?.flatMap(({ PathPatternConfig }) => PathPatternConfig?.Values);
        const path = values?.sort()[0]?.replace(/^\/\*$/, "/");
        return `${Priority} ${path} ${group?.TargetGroupName?.split("-")[0]}`;
      })
      .sort();
  }

  test("match the catalogue after any change, with no priority used twice", async () => {
    const [random = []] = fc.sample(
      fc.array(anyChange, { minLength: RANDOM_STEPS, maxLength: RANDOM_STEPS }),
      { seed: SEED, numRuns: 1 },
    );
    let initialized = false;
    const catalogues = new Set(cataloguesAfter([...KNOWN, ...random]).slice(1));
    for (const [step, catalogue] of [...catalogues].entries()) {
      const { folder } = writeRoutes(catalogue, { outdir, ...place });
      if (!initialized) await terraform(folder, "init", "-input=false", "-no-color");
      initialized = true;
      const title = `ROUTES_SEED=${SEED} step ${step} ${JSON.stringify(Object.keys(catalogue))}`;
      try {
        await terraform(folder, "apply", "-auto-approve", "-input=false", "-no-color");
      } catch (error) {
        throw new Error(title, { cause: error });
      }
      expect([title, ...(await rules())]).toEqual([title, ...wanted(catalogue)]);
    }
  });
});

function wanted(catalogue: Services): string[] {
  const paths = Object.values(catalogue).map(({ path = "" }) => path);
  const priorities = listenerPriorities(paths);
  return Object.entries(catalogue)
    .map(([service, { path = "" }]) => `${priorities.get(path)} ${path} ${service}`)
    .sort();
}

/** A load balancer with one listener, which the provider would need a minute to create. */
async function listen(ec2: EC2Client, elb: ElasticLoadBalancingV2Client) {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
  const { Subnet } = await ec2.send(
    new CreateSubnetCommand({ VpcId: Vpc?.VpcId, CidrBlock: "10.0.0.0/24" }),
  );
  const { LoadBalancers: [balancer] = [] } = await elb.send(
    new CreateLoadBalancerCommand({ Name: "routes", Subnets: [Subnet?.SubnetId ?? ""] }),
  );
  const { Listeners: [listener] = [] } = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: balancer?.LoadBalancerArn,
      Protocol: "HTTP",
      Port: 80,
      DefaultActions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "404" } }],
    }),
  );
  return { listenerArn: listener?.ListenerArn ?? "", vpcId: Vpc?.VpcId ?? "" };
}
