import { DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { lastPart } from "../diagnosis/log-stream";
import { wordsOf } from "../target/aws-error";
import type { Clients } from "../target/clients";
import { type RevisionImage, revisionImages } from "./revision-images";

/** A version of a service, by the names that ECS and ECR have for it. */
export interface Version {
  /** `platform-web-dev:5` */
  readonly revision: string;
  /** The tag of its image, `build-…`, or the digest if ECR has no such tag. */
  readonly image: string;
}

/** The version in the place of which another one is put. What is not known of it stops no rollback. */
export async function currentVersion(
  arn: string,
  service: string,
  clients: Pick<Clients, "ecs" | "ecr">,
): Promise<Version> {
  try {
    const { taskDefinition = {} } = await clients.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: arn }),
    );
    return versionOf(arn, service, await revisionImages(taskDefinition, clients));
  } catch (error) {
    return { revision: lastPart(arn), image: `unknown (${wordsOf(error)})` };
  }
}

/** The version whose containers have these images. */
export function versionOf(arn: string, service: string, images: readonly RevisionImage[]): Version {
  const own = images.find(({ name }) => name === service);
  const image = own?.tag ?? own?.image.split("@").at(1) ?? "unknown";
  return { revision: lastPart(arn), image };
}
