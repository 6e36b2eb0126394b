import type { Config } from "../../spec/config";
import type { Services } from "../../spec/service/spec";
import { findings } from "../diagnosis/findings";
import { diagnoseService } from "../diagnosis/service-diagnosis";
import { wordsOf } from "../target/aws-error";
import type { Clients } from "../target/clients";

/**
 * What `npx platform diagnose` says of the service, indented. It only explains a failure, so a caller who may
 * not ask for it learns that much.
 */
export async function reasonOf(
  service: string,
  place: { readonly config: Config; readonly services: Services },
  clients: Clients,
): Promise<string[]> {
  try {
    return findings(await diagnoseService(service, place, clients)).map((line) => `  ${line}`);
  } catch (error) {
    return [`  The reason could not be read: ${wordsOf(error)}`];
  }
}
