import type { Handbook } from "./handbook";
import { type Section, code, commands, paragraph } from "./rendering/document";

/** How the environment is changed: deployed, rolled back, restarted and restored. */
export function changeSections(handbook: Handbook): Section[] {
  return [
    rollBack(handbook),
    restart(handbook),
    deploy(handbook),
    ...(handbook.database ? [restore(handbook, handbook.database)] : []),
  ];
}

function rollBack({ environment, services }: Handbook): Section {
  return {
    title: "Roll back",
    blocks: [
      paragraph(
        "Puts the version back that a service ran before, with its image, variables and size, and waits until its tasks are healthy. Migrations of the database are not undone. The next deployment deploys what the commit says, so revert the commit as well.",
      ),
      commands(
        ...services
          .filter(({ kind }) => kind !== "job")
          .map(({ name }) => `npx platform rollback ${environment} ${name}`),
      ),
      paragraph(
        "To a certain revision: ",
        code("--to 4"),
        " takes the fourth. A job is not rolled back: its next run takes what is deployed.",
      ),
    ],
  };
}

function restart({ environment, services }: Handbook): Section {
  return {
    title: "Restart",
    blocks: [
      paragraph(
        "Replaces the tasks of a service by new ones of the same version, without an interruption.",
      ),
      commands(
        ...services
          .filter(({ kind }) => kind !== "job")
          .map(({ name }) => `npx platform restart ${environment} ${name}`),
      ),
    ],
  };
}

function deploy({ environment, promotesFrom, localAws, hasLocalState }: Handbook): Section {
  const usual =
    localAws === undefined
      ? "A merge into the main branch deploys through the pipeline, which is the usual way. By hand, in a checkout of the commit that is to run:"
      : "In a checkout of what is to run:";
  const images =
    promotesFrom === undefined
      ? []
      : [paragraph(`It takes the images that are healthy in ${promotesFrom}: deploy there first.`)];
  const place = hasLocalState
    ? [
        paragraph(
          "Its states are files on the machine that deploys it: these commands, and a restore, work there alone.",
        ),
      ]
    : [];
  return {
    title: "Deploy",
    blocks: [
      paragraph(usual),
      commands(
        `npx platform doctor ${environment}`,
        `npx platform plan ${environment}`,
        `npx platform deploy ${environment}`,
      ),
      ...images,
      ...place,
      paragraph(
        "ECS rolls a service back by itself if its new tasks do not become healthy. The command then says why, as does ",
        code(`npx platform diagnose ${environment}`),
        ".",
      ),
    ],
  };
}

function restore(
  { environment }: Handbook,
  { replaced }: NonNullable<Handbook["database"]>,
): Section {
  return {
    title: "Restore the database",
    blocks: [
      paragraph(
        "The data of all services go back together, and requests that need the database fail in between. What was written since stays in the cluster ",
        code(replaced),
        " until ",
        code("--discard"),
        ". Check out the commit that runs: the end of a restore is a deployment. Read docs/restore.md first.",
      ),
      commands(
        `npx platform restore ${environment} --list`,
        `npx platform restore ${environment} --to latest`,
        `npx platform restore ${environment} --discard`,
      ),
    ],
  };
}
