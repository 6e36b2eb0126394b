import path from "node:path";
import { cacheFolderOf } from "../../local/aws/settings";
import { type Terraform, prepareTerraform } from "../../local/machine/terraform";
import { environment } from "../../project";

/** The Terraform that `platform up` uses on this machine. */
export async function usedTerraform(): Promise<Terraform> {
  return await prepareTerraform({
    cacheFolder: path.resolve(cacheFolderOf(environment)),
    path: environment["PATH"] ?? "",
    goProxy: environment["GOPROXY"],
    report: console.error,
  });
}
