/**
 * Why DOCKER_CONTEXT is refused: the `docker` program alone reads it, so an image would be built in one
 * engine and looked for in another. DOCKER_HOST takes precedence over it everywhere.
 *
 * @see https://docs.docker.com/engine/manage-resources/contexts/
 */
export function engineProblems(env: Readonly<NodeJS.ProcessEnv>): string[] {
  const context = env["DOCKER_CONTEXT"] || "default";
  if (context === "default" || env["DOCKER_HOST"]) return [];
  return [
    `DOCKER_CONTEXT is "${context}", but Terraform's Docker provider reads only DOCKER_HOST; set it to the same engine: export DOCKER_HOST="$(docker context inspect --format '{{.Endpoints.docker.Host}}' '${context}')"`,
  ];
}
