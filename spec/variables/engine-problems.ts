/** Variables of Docker's programs that Terraform's provider understands in another way, or not at all. */
export function engineProblems(env: Readonly<NodeJS.ProcessEnv>): string[] {
  return [...contextProblems(env), ...builderProblems(env)];
}

/**
 * Why DOCKER_BUILDKIT is refused: without buildx, Terraform's Docker provider reads other ignore files and
 * looks for the Dockerfile elsewhere, so it would build something else than what was hashed.
 */
function builderProblems(env: Readonly<NodeJS.ProcessEnv>): string[] {
  const given = env["DOCKER_BUILDKIT"] ?? "";
  return ["", "1", "t", "true"].includes(given.toLowerCase())
    ? []
    : [
        `DOCKER_BUILDKIT is "${given}", but images are built with BuildKit alone; unset DOCKER_BUILDKIT, or set it to 1`,
      ];
}

/** The builder that BUILDX_BUILDER names; `undefined` for the engine's own. */
export function builderOf(env: Readonly<NodeJS.ProcessEnv>): string | undefined {
  const given = env["BUILDX_BUILDER"] || "default";
  return given === "default" ? undefined : given;
}

/**
 * Why DOCKER_CONTEXT is refused: the `docker` program alone reads it, so an image would be built in one
 * engine and looked for in another. DOCKER_HOST takes precedence over it everywhere.
 *
 * @see https://docs.docker.com/engine/manage-resources/contexts/
 */
function contextProblems(env: Readonly<NodeJS.ProcessEnv>): string[] {
  const context = env["DOCKER_CONTEXT"] || "default";
  if (context === "default" || env["DOCKER_HOST"]) return [];
  return [
    `DOCKER_CONTEXT is "${context}", but Terraform's Docker provider reads only DOCKER_HOST; set it to the same engine: export DOCKER_HOST="$(docker context inspect --format '{{.Endpoints.docker.Host}}' '${context}')"`,
  ];
}
