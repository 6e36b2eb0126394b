import { type IResolvable, Fn } from "cdktf";
import type { Construct } from "constructs";
import { readStackOf } from "../options/backend";
import type { Config } from "../../spec/config";
import type { Promotion } from "../../spec/environment/settings";

/** The output of `platform` that other environments promote from. */
export const RUNNING_IMAGES = "running-images";

/** The prefix of the data source's name; the environment follows. */
export const PROMOTED_FROM = "promoted-from-";

/**
 * The images that another environment runs, by name. They are the output of its `platform`, which
 * changes only once every service is healthy, so an image that was pushed and rolled back is not in it.
 */
export class RunningImages {
  private readonly references: IResolvable;

  constructor(scope: Construct, config: Config, { environment }: Promotion) {
    const id = `${PROMOTED_FROM}${environment}`;
    const other = { ...config, suffix: environment };
    this.references = readStackOf(scope, id, other, "platform").get(RUNNING_IMAGES);
  }

  /** `host/repository@sha256:…` */
  reference(image: string): string {
    return Fn.lookupNested(this.references, [image]) as string;
  }
}
