import { type IResolvable, Fn } from "cdktf";
import type { Construct } from "constructs";
import { readStackOf } from "../options/backend";
import type { Config } from "../../spec/config";
import type { Promotion } from "../../spec/environment/settings";

/** Name of the output of `platform` that another environment may promote from. */
export const RUNNING_IMAGES = "running-images";

/** What the name of the data source begins with; the environment follows. */
export const PROMOTED_FROM = "promoted-from-";

/**
 * What another environment runs, by the names of its images: the output of its `platform`, which has
 * a new value only once every service is healthy. An image that was pushed and rolled back is not in
 * it.
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
