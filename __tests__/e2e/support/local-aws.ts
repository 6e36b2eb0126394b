import { ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import Docker from "dockerode";
import { LOCAL_AWS_LABEL } from "../../../local/local-aws-names";
import { PORT, SUFFIX } from "./checkout";

/** The load balancer of the environment under test. */
export const ORIGIN = `http://127.0.0.1:${PORT}/_alb/platform-${SUFFIX}`;

const ecs = new ECSClient({
  endpoint: `http://127.0.0.1:${PORT}`,
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
});

/** The containers in which the service itself runs, one for each task. */
export async function containersOf(service: string): Promise<Docker.Container[]> {
  const docker = new Docker();
  const filters = { label: [`${LOCAL_AWS_LABEL}=${PORT}`], status: ["running"] };
  const found = await docker.listContainers({ filters });
  return found
    .filter(({ Names }) =>
      Names.some((name) => /^\/ministack-ecs-[^-]+-(.+)$/.exec(name)?.[1] === service),
    )
    .map(({ Id }) => docker.getContainer(Id));
}

/** Has ECS run so many tasks of the service. */
export async function setDesiredCount(service: string, desiredCount: number): Promise<void> {
  await ecs.send(
    new UpdateServiceCommand({
      cluster: `platform-${SUFFIX}`,
      service: `platform-${service}-${SUFFIX}`,
      desiredCount,
    }),
  );
}
