import { DataAwsEcrAuthorizationToken } from "@cdktf/provider-aws/lib/data-aws-ecr-authorization-token";
import type { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { Services } from "../services/spec";
import { keepState } from "./backend";
import type { Config } from "./config";
import { ServiceImage } from "./images/service-image";
import { useAws, useDocker } from "./providers";

export interface ImagesStackProps {
  readonly config: Config;
  readonly services: Services;
  /** Folder of a service's build context. */
  readonly contextOf: (service: string) => string;
  readonly repositories: Readonly<Record<string, EcrRepository>>;
}

/**
 * Builds, probes and pushes each service's image, and gives out its digest. Runs where a Docker
 * engine is; it changes with each commit that touches a service.
 */
export class ImagesStack extends TerraformStack {
  readonly images: Readonly<Record<string, ServiceImage>>;

  constructor(scope: Construct, id: string, props: ImagesStackProps) {
    super(scope, id);
    const { config, services, contextOf, repositories } = props;
    keepState(this, config);
    useAws(this, config);
    const token = new DataAwsEcrAuthorizationToken(this, "token", {});
    useDocker(this, {
      address: config.registry ?? token.proxyEndpoint,
      username: token.userName,
      password: token.password,
    });

    this.images = Object.fromEntries(
      Object.entries(repositories).map(([service, repository]) => [
        service,
        new ServiceImage(this, service, {
          config,
          services,
          service,
          context: contextOf(service),
          repository,
        }),
      ]),
    );

    new TerraformOutput(this, "references", {
      description: "The image of each service, by digest",
      value: Object.fromEntries(
        Object.entries(this.images).map(([service, { reference }]) => [service, reference]),
      ),
    });
  }
}
