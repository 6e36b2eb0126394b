import type { Config } from "../../spec/config";
import { registryHost, repositoryName } from "../../spec/names";
import type { BuiltImage } from "./built-images";

/** An image in one of the environment's repositories, with its names there. */
export interface Place {
  readonly image: BuiltImage;
  readonly repository: string;
  readonly service: string;
  readonly names: readonly string[];
}

/**
 * The repositories of the environment that an image is in. A promoted image was pulled by its digest in
 * the source's repository, which counts as a name here while nothing else in this engine has a tag for
 * the image. Otherwise no environment would remove it.
 */
export function placesOf(image: BuiltImage, host: string, config: Config): Place[] {
  const start = `${host}/${repositoryName(config, "")}`;
  const isOwnTag = (name: string) => name.includes("@") || name.startsWith(start);
  const sources = image.names.every(isOwnTag) ? sourcesOf(host, config) : [];
  const serviceIn = (name: string) => {
    const place = [start, ...sources].find((each) => name.startsWith(each));
    return place === undefined ? [] : [name.slice(place.length).split(/[:@]/)[0] ?? ""];
  };
  return [...new Set(image.names.flatMap(serviceIn))].map((service) => {
    const names = image.names.filter((name) => serviceIn(name).includes(service));
    return { image, service, repository: start + service, names };
  });
}

/** The starts of the names of images in the environment that this one promotes from. */
function sourcesOf(host: string, { promoteFrom, ...config }: Config): string[] {
  if (!promoteFrom) return [];
  const { environment, account } = promoteFrom;
  const hosts = account === undefined ? [host] : [host, registryHost(account, config.region)];
  return hosts.map((each) => `${each}/${repositoryName({ ...config, suffix: environment }, "")}`);
}
