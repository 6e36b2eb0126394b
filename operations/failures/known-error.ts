import { servicesIn } from "../plan/resource-owner";
import { imageIn } from "../terraform/image-address";
import { ranBuild } from "./build-words";
import type { Diagnostic } from "../terraform/diagnostic";
import type { StackFailure } from "../terraform/terraform-process";

/** An error whose reason and fix are known: where it comes from, its words, and the advice. */
export interface KnownError {
  /** The same words from another source are another error. */
  readonly from: Source;
  readonly pattern: RegExp;
  /**
   * The reason, then the next command after `→ `.
   *
   * @param words those of the errors that match, each in one line
   */
  readonly advice: (
    failure: StackFailure,
    words: string,
    errors: readonly Diagnostic[],
  ) => readonly string[];
}

/** Decides whether an error comes from a source, mostly by its address. */
export type Source = (error: Diagnostic) => boolean;

/** Terraform itself: its state, its backend, its providers' installation. */
export const terraform: Source = (error) =>
  error.address === undefined || (typeOf(error)?.startsWith("terraform_") ?? false);

/** A resource, a data source or the configuration of the AWS provider. */
export const aws: Source = (error) => providerOf(error) === "aws";

/** A resource or the configuration of the Docker provider. */
export const docker: Source = (error) => providerOf(error) === "docker";

/** Resources or data sources of these types. */
export function types(...wanted: readonly string[]): Source {
  return (error) => wanted.includes(typeOf(error) ?? "");
}

export function either(...sources: readonly Source[]): Source {
  return (error) => sources.some((source) => source(error));
}

/**
 * Whatever the source, but a build, whose words can be a program's: only for words that nothing else but
 * Terraform uses.
 */
export const anywhere: Source = (error) => !ranBuild(error);

/** Advice of two lines on resources of services; the services concerned come first. */
export function onServices(problem: string, fix: string): KnownError["advice"] {
  return (_, __, errors) => [about(errors, problem), `→ ${fix}`];
}

/** `web, orders: the image …`, or `The image …` if no service is concerned. */
export function about(errors: readonly Diagnostic[], problem: string): string {
  const names = subjectsOf(errors);
  if (names.length === 0) return problem.charAt(0).toUpperCase() + problem.slice(1);
  return `${names.join(", ")}: ${problem}`;
}

/** The services and the platform's own images that errors concern. */
function subjectsOf(errors: readonly Diagnostic[]): string[] {
  const names = errors.flatMap(({ address = "" }) => imageIn(address) ?? servicesIn([address]));
  return [...new Set(names)];
}

/** `aws_lb`; `undefined` for a provider's configuration and for Terraform itself. */
export function typeOf({ address }: Diagnostic): string | undefined {
  return /^(?:data\.)?(\w+)\./.exec(address ?? "")?.[1];
}

function providerOf(error: Diagnostic): string | undefined {
  const [, provider] = /^provider\["(?:.*\/)?(\w+)"\]/.exec(error.address ?? "") ?? [];
  return provider ?? typeOf(error)?.split("_")[0];
}
