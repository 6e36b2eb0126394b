import {
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { localAwsName } from "../../local/aws/names";
import { connect } from "../../operations/target/engine";
import { environment } from "../../project";
import { PORT, REGION } from "./bench-project";

/** The address of a service's only task, `10.0.0.7:5000`, as the load balancer knows it. */
export async function taskAddress(service: string): Promise<string> {
  const client = new ElasticLoadBalancingV2Client({
    endpoint: `http://127.0.0.1:${PORT}`,
    region: REGION,
    credentials: await rootCredentials(),
  });
  const { TargetGroups = [] } = await client.send(new DescribeTargetGroupsCommand({}));
  const group = TargetGroups.find(({ TargetGroupName = "" }) =>
    new RegExp(`^${service}-[0-9a-f]{6}-`).test(TargetGroupName),
  );
  const { TargetHealthDescriptions: targets = [] } = await client.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: group?.TargetGroupArn }),
  );
  const [{ Id, Port } = {}] = targets
    .filter(({ TargetHealth }) => TargetHealth?.State === "healthy")
    .map(({ Target }) => Target);
  if (Id === undefined || Port === undefined) throw new Error(`${service} has no healthy task`);
  return `${Id}:${Port}`;
}

/** The keys of the local AWS's root, which the copy of the project has made. */
async function rootCredentials() {
  const container = connect(environment["DOCKER_HOST"]).getContainer(localAwsName(PORT));
  const { Config } = await container.inspect();
  const variable = (name: string) =>
    Config.Env.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
  return {
    accessKeyId: variable("AWS_ACCESS_KEY_ID"),
    secretAccessKey: variable("AWS_SECRET_ACCESS_KEY"),
  };
}
