import type { Refuses } from "../schema";
import type { LogSettings } from "./log-settings";
import { PREVIEW } from "./preview-suffix";
import type { PreviewSettings } from "./settings";

/** The logs of an environment; those that its settings leave out follow `protected`. */
export function logsOf({
  logs,
  protected: isProtected = false,
}: PreviewSettings): Required<LogSettings> {
  return { access: isProtected, flow: isProtected, database: isProtected, ...logs };
}

/**
 * Problems with the protection of an environment. Data that is worth protecting crosses the internet in
 * plain HTTP only by decision; what expires cannot be protected.
 */
export function protectionProblems(
  suffix: string,
  settings: PreviewSettings,
  refuses: Refuses,
): string[] {
  const { protected: isProtected = false, domain, plainHttp } = settings;
  if (isProtected && suffix === PREVIEW) {
    return [
      "protected is true, but previews are destroyed when they expire; remove it, or give the environment an entry of its own",
    ];
  }
  if (domain && plainHttp) {
    return [
      `plainHttp is true, but domain.name is "${domain.name}", which is served over HTTPS; remove one of them`,
    ];
  }
  // A domain or a decision that is mistyped is refused itself.
  if (refuses(suffix, "domain") || refuses(suffix, "plainHttp")) return [];
  return isProtected && !domain && !plainHttp
    ? [
        'protected is true, but there is no domain, so everything would cross the internet readable by anyone; set domain: { name: "…", hostedZone: "…" } for HTTPS, or plainHttp: true if that is intended',
      ]
    : [];
}
