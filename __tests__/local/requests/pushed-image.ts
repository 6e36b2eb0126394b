import { createHash } from "node:crypto";
import { ECRClient, PutImageCommand } from "@aws-sdk/client-ecr";
import type { Config } from "../../../spec/config";
import { repositoryName } from "../../../spec/names";
import type { Recorder } from "./recorder";

/** An image as a registry stores it, without layers. */
export interface PushedImage {
  readonly repository: string;
  readonly tag: string;
  readonly manifest: string;
  /** `sha256:…` of the manifest. */
  readonly digest: string;
}

const MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json";

/** @param revision changes the digest */
export function pushedImage(config: Config, image: string, revision: string): PushedImage {
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  const content = hash(`${image} ${revision}`);
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    layers: [],
    config: {
      mediaType: "application/vnd.docker.container.image.v1+json",
      size: 2,
      digest: `sha256:${content}`,
    },
  });
  return {
    repository: repositoryName(config, image),
    tag: content.slice(0, 16),
    manifest,
    digest: `sha256:${hash(manifest)}`,
  };
}

export async function push(
  { endpoint, credentials }: Pick<Recorder, "endpoint" | "credentials">,
  images: readonly PushedImage[],
): Promise<void> {
  const ecr = new ECRClient({ endpoint, region: "us-east-1", credentials });
  for (const { repository, tag, manifest } of images) {
    await ecr.send(
      new PutImageCommand({
        repositoryName: repository,
        imageTag: tag,
        imageManifest: manifest,
        imageManifestMediaType: MANIFEST_TYPE,
      }),
    );
  }
}
