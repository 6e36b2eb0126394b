import { DescribeLoadBalancersCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { readFileSync } from "node:fs";
import path from "node:path";
import { resourceName } from "../stacks/names";
import { terraformIn } from "./known-errors";
import type { Target } from "./target";
import { type StackFailure, stackFolder } from "./terraform-process";

const EXISTS = /already exists|AlreadyExists|not idempotent/i;

type Arguments = Readonly<Record<string, unknown>>;

/** The argument that is the import ID of a resource with a name of its own, by type. */
const NAMED: Readonly<Record<string, string>> = {
  aws_cloudwatch_log_group: "name",
  aws_db_subnet_group: "name",
  aws_ecr_repository: "name",
  aws_ecs_cluster: "name",
  aws_iam_role: "name",
  aws_rds_cluster: "cluster_identifier",
  aws_rds_cluster_instance: "identifier",
  aws_rds_cluster_parameter_group: "name",
};

/**
 * A run that was killed may have made what no state knows; the next one then meets it. These are the
 * commands that put it into the state, one for each resource that failed because it exists.
 *
 * @see https://developer.hashicorp.com/terraform/cli/import/usage
 */
export async function importCommands(
  { stackName, errors, failed }: StackFailure,
  target: Pick<Target, "config" | "clients">,
): Promise<string[]> {
  if (!errors.some((error) => EXISTS.test(error))) return [];
  const resources = readResources(stackName);
  const commands = await Promise.all(
    failed.map(async (address) => {
      const [type = "", id = ""] = address.split(".");
      const given = resources[type]?.[id] ?? {};
      const importId = await importIdOf(type, given, target);
      return importId ? [`→ ${terraformIn(stackName)} import '${address}' '${importId}'`] : [];
    }),
  );
  return [
    "What Terraform wanted to make is there already and in no state: a run that was killed has left it.",
    ...commands.flat(),
    "→ Then run the same command again. (On the local AWS npm run down removes all of it, too.)",
  ];
}

async function importIdOf(
  type: string,
  given: Arguments,
  { config, clients }: Pick<Target, "config" | "clients">,
): Promise<string | undefined> {
  const named = NAMED[type];
  if (named !== undefined) return String(given[named]);
  if (type === "aws_ecs_service") return `${resourceName(config)}/${String(given["name"])}`;
  if (type !== "aws_lb") return undefined;
  const { LoadBalancers = [] } = await clients.loadBalancing.send(
    new DescribeLoadBalancersCommand({ Names: [String(given["name"])] }),
  );
  return LoadBalancers[0]?.LoadBalancerArn;
}

function readResources(stack: StackFailure["stackName"]) {
  const json = readFileSync(path.join(stackFolder(stack), "cdk.tf.json"), "utf8");
  // What cdktf has synthesized.
  const { resource = {} } = JSON.parse(json) as {
    resource?: Readonly<Record<string, Readonly<Record<string, Arguments>>>>;
  };
  return resource;
}
