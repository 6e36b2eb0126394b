import { isOnInternet } from "../../spec/environment/domain";
import { PREVIEW, isPreview } from "../../spec/environment/preview-suffix";

/** An environment in which a secret is set. */
export interface SecretPlace {
  readonly suffix: string;
  /** The local AWS's registry; `undefined` in an AWS account. */
  readonly registry: string | undefined;
}

/** The command that sets a secret, as a shell takes it. All previews share theirs. */
export function setCommand({ suffix, registry }: SecretPlace, service: string, name: string) {
  const shell = isOnInternet({ registry }) ? "" : 'eval "$(npx platform env)" && ';
  return `${shell}npx platform secret set ${isPreview(suffix) ? PREVIEW : suffix} ${service} ${name}`;
}
