import { homedir } from "node:os";
import path from "node:path";
import { IAMClient } from "@aws-sdk/client-iam";
import type Docker from "dockerode";
import { PROJECT_FOLDER, environment, sourcesOf } from "../project";
import { PLATFORM_IMAGES, imageNames } from "../spec/images";
import { folderSource } from "../spec/service/build";
import type { Services } from "../spec/service/spec";
import { scannerImage } from "../operations/scan/scanner";
import { prepareAccount } from "./aws/account";
import { startLocalAws } from "./aws/local-aws";
import { claimLocalAws } from "./aws/owner";
import { rootKey } from "./aws/root-key";
import { clientSettings } from "./aws/urls";
import { type BaseImage, baseImages, withoutDigest } from "../stacks/images/base-images";
import { BuildContext } from "../stacks/images/build-context";
import type { Phase } from "../operations/terminal/phases";
import { prepareBaseImages } from "./machine/base-images";
import { prepareEngine } from "./machine/engine";
import { prepareProviders } from "./machine/providers";
import { type Terraform, prepareTerraform } from "./machine/terraform";
import type { LocalSettings } from "./aws/settings";

const OWN_FOLDERS = [
  "local/emulator",
  // Also the PostgreSQL that the local AWS runs for Aurora.
  "stacks/platform/database-setup",
  "stacks/platform/ready",
];

/** The tools for a deployment on this machine; each is available once its phase has run. */
export class Machine {
  private engine: Docker | undefined;
  private program: Terraform | undefined;

  constructor(
    private readonly settings: LocalSettings,
    private readonly services: Services,
  ) {}

  get docker(): Docker {
    if (!this.engine) throw new Error("the container engine was not prepared");
    return this.engine;
  }

  /** Path or name of the Terraform binary. */
  get terraform(): string {
    if (!this.program) throw new Error("Terraform was not prepared");
    return this.program.binary;
  }

  /** All that a deployment needs. Terraform is not waited for by what needs the engine. */
  lanes(): Phase[][] {
    return [[this.enginePhase(), this.baseImagesPhase(), this.awsPhase()], [this.terraformPhase()]];
  }

  /** The names of the images that tasks are built from, and that the local AWS runs for Aurora. */
  get baseImages(): string[] {
    return this.pinnedImages().map(withoutDigest);
  }

  private pinnedImages(): string[] {
    const { scan } = this.settings.config;
    return [...references(this.bases()), ...(scan ? [scannerImage()] : [])];
  }

  /** The engine, and Terraform with its providers. */
  toolPhases(): Phase[] {
    return [this.enginePhase(), this.terraformPhase()];
  }

  private enginePhase(): Phase {
    return {
      title: "Container engine",
      run: async (report) => {
        const dockerHost = environment["DOCKER_HOST"];
        const { cacheFolder } = this.settings;
        this.engine = await prepareEngine({ dockerHost, cacheFolder, report });
        return (await this.engine.version()).Version;
      },
    };
  }

  private terraformPhase(): Phase {
    return {
      title: "Terraform and its providers",
      run: async (report) => {
        const options = {
          cacheFolder: this.settings.cacheFolder,
          providerMirror: this.settings.providerMirror,
          report,
          path: environment["PATH"] ?? "",
          goProxy: environment["GOPROXY"],
          home: homedir(),
          userConfig: environment["TF_CLI_CONFIG_FILE"],
        };
        this.program = await prepareTerraform(options);
        await prepareProviders({ ...options, terraform: this.program });
        return this.program.version;
      },
    };
  }

  private baseImagesPhase(): Phase {
    return {
      title: "Base images",
      run: async (report) => {
        const images = this.pinnedImages();
        const { cacheFolder } = this.settings;
        await prepareBaseImages({ docker: this.docker, images, cacheFolder, report });
        return this.baseImages.join(", ");
      },
    };
  }

  private awsPhase(): Phase {
    const { port, enforceIam, minuteSeconds, authority } = this.settings;
    return {
      title: "Local AWS",
      run: async (report) => {
        await claimLocalAws(this.docker, port, report);
        await startLocalAws(this.docker, {
          port,
          enforceIam,
          minuteSeconds,
          rootKey: rootKey(port),
          authority,
          report,
        });
        await prepareAccount(new IAMClient(clientSettings(this.settings)));
        return `http://127.0.0.1:${port}`;
      },
    };
  }

  private bases(): BaseImage[] {
    const sources = [
      ...OWN_FOLDERS.map((folder) => folderSource(path.join(PROJECT_FOLDER, folder))),
      ...imageNames(this.services)
        .filter((image) => !PLATFORM_IMAGES.includes(image))
        .map(sourcesOf(this.services)),
    ];
    return sources.flatMap((source) =>
      baseImages(new BuildContext(source).dockerfile(), source.values),
    );
  }
}

/** The images that Dockerfiles are based on, each once. */
export function references(bases: readonly BaseImage[]): string[] {
  return [...new Set(bases.map(({ reference }) => reference))];
}
