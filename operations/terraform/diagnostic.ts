import { stripVTControlCharacters } from "node:util";

/**
 * An error that Terraform reported. Its source decides how it is explained: the same words mean one
 * thing from a build and another from AWS.
 *
 * @see https://developer.hashicorp.com/terraform/internals/machine-readable-ui#diagnostic
 */
export interface Diagnostic {
  readonly summary: string;
  readonly detail: string;
  /**
   * The resource, data source or provider that reported it: `aws_lb.alb`, `data.aws_route53_zone.zone`,
   * `provider["registry.terraform.io/hashicorp/aws"]`. `undefined` for errors of Terraform itself: of
   * its state, its backend, or the installation of the providers.
   */
  readonly address: string | undefined;
}

/** An error of Terraform itself, or of this program about Terraform. */
export function ownError(summary: string): Diagnostic {
  return { summary, detail: "", address: undefined };
}

/** The error without the colours of a terminal, which a remote run's may have. */
export function withoutColours({ summary, detail, address }: Diagnostic): Diagnostic {
  return {
    summary: stripVTControlCharacters(summary),
    detail: stripVTControlCharacters(detail),
    address,
  };
}

/** The summary and the detail in one line or paragraph. */
export function describeDiagnostic({ summary, detail }: Diagnostic): string {
  return [summary, detail].filter(Boolean).join(": ");
}

/** The block that an error's place in `cdk.tf.json` names: `resource.aws_lb.alb.lifecycle…`. */
const BLOCK = /^(?:resource\.|(?=data\.))((?:data\.)?\w+\.[\w-]+)/;

/** The address in the place of an error; a failed postcondition has no other. */
export function addressInPlace(place: string): string | undefined {
  return BLOCK.exec(place)?.[1];
}
