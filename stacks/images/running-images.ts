import { type IResolvable, Fn } from "cdktf";
import type { Construct } from "constructs";
import { readStackOf } from "../options/backend";
import type { Config } from "../../spec/config";
import type { Promotion } from "../../spec/environment/settings";

/** The outputs of `platform` that other environments promote from. */
export const RUNNING_IMAGES = "running-images";
export const IMAGE_USERS = "image-users";

/** The prefix of the data source's name; the environment follows. */
export const PROMOTED_FROM = "promoted-from-";

/** An image that another environment runs. */
export interface RunningImage {
  /** `host/repository@sha256:…` */
  readonly reference: string;
  /** Whom it runs as there. */
  readonly user: string;
}

/**
 * The images that another environment runs, by name. They are the output of its `platform`, which
 * changes only once every service is healthy, so an image that was pushed and rolled back is not in it.
 */
export class RunningImages {
  private readonly references: IResolvable;
  private readonly users: IResolvable;

  constructor(scope: Construct, config: Config, { environment }: Promotion) {
    const id = `${PROMOTED_FROM}${environment}`;
    const other = { ...config, suffix: environment };
    const platform = readStackOf(scope, id, other, "platform");
    this.references = platform.get(RUNNING_IMAGES);
    this.users = platform.get(IMAGE_USERS);
  }

  /**
   * @param image its name
   * @param user whom it runs as if the other environment was last deployed before it said so
   */
  image(image: string, user: string): RunningImage {
    return {
      reference: Fn.lookupNested(this.references, [image]) as string,
      user: Fn.try([Fn.lookupNested(this.users, [image]), user]) as string,
    };
  }
}
