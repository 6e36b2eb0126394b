import type { Handbook } from "./handbook";
import { type Block, type Section, code, commands, paragraph } from "./rendering/document";

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
      oneOf("rollback", { environment, services }),
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
      oneOf("restart", { environment, services }),
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
      commands(`npx platform doctor ${environment}`, `npx platform plan ${environment}`),
      paragraph("If that is what it should do:"),
      commands(`npx platform deploy ${environment}`),
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
      commands(`npx platform restore ${environment} --list`),
      paragraph("To one of those times or snapshots, or to the latest time:"),
      commands(`npx platform restore ${environment} --to latest`),
      paragraph("Much later, when nobody needs the replaced cluster any more:"),
      commands(`npx platform restore ${environment} --discard`),
    ],
  };
}

/** One line for each service: a list, because nobody means to change all of them at once. */
function oneOf(
  change: "rollback" | "restart",
  { environment, services }: Pick<Handbook, "environment" | "services">,
): Block {
  return {
    kind: "list",
    items: services
      .filter(({ kind }) => kind !== "job")
      .map(({ name }) => [code(`npx platform ${change} ${environment} ${name}`)]),
  };
}
