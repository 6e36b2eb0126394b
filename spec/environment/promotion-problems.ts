import type { Refuses } from "../schema";
import { DEFAULTS, type EnvironmentSettings, type Environments } from "./settings";

/** Entries that stand for many environments, or for those of one machine. */
const UNNAMED = ["preview", "local"];

/** Why an environment cannot promote from the one it names. What is refused already is not compared. */
export function promotionProblems(
  suffix: string,
  environments: Environments,
  refuses: Refuses,
): string[] {
  const settings: EnvironmentSettings = environments[suffix] ?? {};
  const { promoteFrom } = settings;
  if (!promoteFrom) return [];
  const { environment } = promoteFrom;
  const others = Object.keys(environments).filter(
    (other) => other !== suffix && !UNNAMED.includes(other),
  );
  if (!others.includes(environment)) {
    return [
      `promoteFrom.environment is "${environment}"; it must be another environment in environments.ts: ${others.join(", ") || "there is none"}`,
    ];
  }
  const source: EnvironmentSettings = environments[environment] ?? {};
  const problems: string[] = [];
  const comparable = (word: keyof EnvironmentSettings) =>
    !refuses(suffix, word) && !refuses(environment, word);
  if (comparable("architecture") && architectureOf(source) !== architectureOf(settings)) {
    problems.push(
      `promoteFrom: ${environment} builds its images for ${architectureOf(source)}, but this environment runs on ${architectureOf(settings)}; set the same architecture in both`,
    );
  }
  if (comparable("region") && source.region !== settings.region) {
    problems.push(
      `promoteFrom: ${environment} is in ${source.region ?? "the default region"}, but an ECR login is valid for one region only; set the same region in both`,
    );
  }
  if (comparable("sign") && settings.sign && !source.sign) {
    problems.push(
      `promoteFrom: sign is true here, so ${environment} must sign the images that are promoted from it; set sign: true in ${environment} too, and deploy that first`,
    );
  }
  return problems;
}

function architectureOf({ architecture = DEFAULTS.architecture }: EnvironmentSettings): string {
  return architecture;
}
