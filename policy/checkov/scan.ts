import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { type Stack, record, values } from "../stack";
import type { Variant } from "../variants";

/** What Checkov reports about one resource. */
export interface Finding {
  /** `CKV_AWS_150` */
  readonly check: string;
  /** Checkov's own sentence on what should be. */
  readonly title: string;
  readonly variant: string;
  readonly hasDomain: boolean;
  readonly isProtected: boolean;
  readonly stack: string;
  readonly address: string;
  /** The address in any catalogue: without the names of services, and what cdktf adds to each name. */
  readonly place: string;
}

/**
 * The parts of a stack that Checkov judges. It fails at others that are right for Terraform: at
 * `required_version`, which is a text where it expects a block, and at `import`, which is a list.
 *
 * @see https://github.com/bridgecrewio/checkov/issues/7454
 */
const JUDGED = ["resource", "data", "provider", "locals", "output"];

/** The only results it may print; a stack that it cannot read is no stack without findings. */
const SECONDS = 240;

/**
 * Runs Checkov over the stacks, without any access to the network: no policies are downloaded, nothing
 * is uploaded, and a proxy that does not exist makes sure of it.
 *
 * @param folder for its input; emptied first
 */
export async function scan(
  checkov: string,
  variants: readonly Variant[],
  folder: string,
): Promise<Finding[]> {
  rmSync(folder, { recursive: true, force: true });
  for (const { title, stacks } of variants) {
    for (const stack of stacks) write(path.join(folder, title, stack.name), stack);
  }
  const options = ["--framework", "terraform_json", "--output", "json", "--compact", "--quiet"];
  const offline = ["--skip-download", "--download-external-modules", "false"];
  const { stdout, stderr } = await execa(
    checkov,
    ["--directory", folder, ...options, ...offline, "--soft-fail"],
    {
      env: { HTTP_PROXY: NOWHERE, HTTPS_PROXY: NOWHERE, NO_PROXY: "", LOG_LEVEL: "ERROR" },
      timeout: SECONDS * 1000,
    },
  );
  if (/Failed to parse|Traceback/.test(stderr)) throw new Error(stderr);
  return findingsIn(JSON.parse(stdout), variants);
}

const NOWHERE = "http://127.0.0.1:9";

function write(folder: string, { json }: Stack): void {
  const parts = Object.entries(record(json)).filter(([part]) => JUDGED.includes(part));
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    path.join(folder, "cdk.tf.json"),
    JSON.stringify(Object.fromEntries(parts), undefined, 2),
  );
}

/**
 * Reads Checkov's report. It names a resource by `resource.NAME` or `TYPE.NAME`; the stacks say which
 * address that is.
 *
 * @throws Error if it could not read a stack
 */
export function findingsIn(report: unknown, variants: readonly Variant[]): Finding[] {
  const { results, summary } = record(report);
  if (Number(record(summary)["parsing_errors"]) !== 0 || !results) {
    throw new Error(`Checkov could not read the stacks: ${JSON.stringify(summary)}`);
  }
  return values(record(results)["failed_checks"])
    .map(record)
    .map((failed) => {
      const [variant = "", stack = ""] = String(failed["file_path"]).split("/").filter(Boolean);
      const name = String(failed["resource"]).split(".").at(-1) ?? "";
      const judged = variants.find(({ title }) => title === variant);
      const address = addressOf(name, stack, judged);
      return {
        check: String(failed["check_id"]),
        title: String(failed["check_name"]),
        variant,
        hasDomain: judged?.hasDomain === true,
        isProtected: judged?.isProtected === true,
        stack,
        address,
        place: placeOf(address, judged?.images ?? []),
      };
    });
}

function addressOf(name: string, stack: string, variant: Variant | undefined): string {
  const json = record(variant?.stacks.find((each) => each.name === stack)?.json);
  const parts = [
    { prefix: "", types: record(json["resource"]) },
    { prefix: "data.", types: record(json["data"]) },
    { prefix: "provider.", types: { "": record(json["provider"]) } },
  ];
  for (const { prefix, types } of parts) {
    const type = Object.keys(types).find((each) => name in record(types[each]));
    if (type !== undefined) return `${prefix}${[type, name].filter(Boolean).join(".")}`;
  }
  return name;
}

/** `aws_lb_target_group.load-balancer_routes_*_target-group` for that of each service, sidecar, queue or bucket. */
export function placeOf(address: string, images: readonly string[]): string {
  // The longest first: a sidecar's image begins with the name of its service.
  const byLength = [...images].sort((a, b) => b.length - a.length);
  const names = byLength.flatMap((image) => [image, image.replaceAll("-", "_")]).join("|");
  return address
    .replace(/_[0-9A-F]{8}$/, "")
    .replace(new RegExp(`_paths_(?:${names}|load-balancer)-to-(?:${names})(?=_|$)`), "_paths_*")
    .replace(new RegExp(`(images|services|jobs|routes)_(?:${names})(?=_|$)`), "$1_*")
    .replace(/\.(queues|buckets)_[a-z0-9-]+_/, ".$1_*_")
    .replace(/(_services_\*)_[a-z0-9-]+_(dead-letters|oldest-message)$/, "$1_*_$2")
    .replace(/_task_log-[a-z0-9-]+$/, "_task_log-*")
    .replace(/([-_])\d+$/, "$1*");
}
