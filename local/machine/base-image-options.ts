import type Docker from "dockerode";
import type { Report } from "../../operations/terminal/refusal";

/** Options for making base images available. */
export interface BaseImageOptions {
  readonly docker: Docker;
  /** Names as in a Dockerfile's `FROM`: `python:3.13-slim-trixie`. */
  readonly images: readonly string[];
  readonly cacheFolder: string;
  readonly report: Report;
}
