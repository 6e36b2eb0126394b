import type Docker from "dockerode";
import type { Report } from "../../operations/terminal/refusal";

/** Options for making base images available. */
export interface BaseImageOptions {
  readonly docker: Docker;
  /** As a Dockerfile names them: `python:3.13-slim-trixie`, or the same with `@sha256:…`. */
  readonly images: readonly string[];
  readonly cacheFolder: string;
  readonly report: Report;
}
