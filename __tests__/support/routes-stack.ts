import { readFileSync } from "node:fs";
import path from "node:path";
import { LocalBackend, TerraformStack } from "cdktf";
import { createApp } from "../../stacks/options/app";
import { Construct } from "constructs";
import type { Services } from "../../spec/service/spec";
import { readConfig } from "../../project";
import { createRoutes } from "../../stacks/platform/routes";
import { useAws } from "../../stacks/options/providers";
import { environmentsWith } from "./environments";
import type { Block } from "./synth";

export interface RoutesStack {
  /** Folder of the stack's `cdk.tf.json`. */
  readonly folder: string;
  /** The listener rules, by address. */
  readonly rules: ReadonlyMap<string, Block>;
}

/** The surroundings of the rules, which are not part of this stack. */
export interface Surroundings {
  readonly outdir: string;
  readonly listenerArn: string;
  readonly vpcId: string;
  readonly stateFile?: string;
}

/** Writes a stack of the catalogue's listener rules and target groups, and nothing else. */
export function writeRoutes(services: Services, surroundings: Surroundings): RoutesStack {
  const { outdir, listenerArn, vpcId, stateFile = "routes.tfstate" } = surroundings;
  const { config } = readConfig({ PLATFORM_SUFFIX: "blue" }, environmentsWith());
  const app = createApp(outdir);
  const stack = new TerraformStack(app, "routes");
  new LocalBackend(stack, { path: stateFile });
  useAws(stack, config);
  const scope = new Construct(stack, "load-balancer");
  createRoutes(scope, { arn: listenerArn }, { config, services, vpcId });
  app.synth();
  const folder = path.join(outdir, "stacks", "routes");
  // The format of Terraform's JSON.
  const { resource = {} } = JSON.parse(readFileSync(path.join(folder, "cdk.tf.json"), "utf8")) as {
    resource?: Record<string, Record<string, Block>>;
  };
  return { folder, rules: new Map(Object.entries(resource["aws_lb_listener_rule"] ?? {})) };
}
