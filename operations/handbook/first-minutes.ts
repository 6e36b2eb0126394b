import type { Handbook } from "./handbook";
import { type Block, type Section, code, commands, paragraph } from "./rendering/document";

/** What somebody does who was woken and has never seen the environment. */
export function firstMinutes(handbook: Handbook): Section {
  const { environment, topic } = handbook;
  return {
    title: "In the first minutes",
    blocks: [
      paragraph(
        "In a checkout of this project, with Node.js and after ",
        code("npm ci"),
        localCredentials(handbook),
        " These lines point the shell to this environment:",
      ),
      commands(...handbook.shell),
      {
        kind: "steps",
        items: [
          ["What is not well? ", code(`npx platform status ${environment}`)],
          ["Why? ", code(`npx platform diagnose ${environment}`)],
          [
            "What do the services say? ",
            code(`npx platform logs ${environment} --since 30m --grep 'ERROR|CRITICAL|FATAL'`),
          ],
          "Find the alarm below by its name: it says what to do first.",
          "Did it begin with a deployment? Put the version before it back: see “Roll back” below.",
        ],
      },
      ...(topic ? [hearers(topic.topic, topic.recipients)] : [noAlarms()]),
    ],
  };
}

function localCredentials({ localAws, name, environment, running }: Handbook): string {
  if (localAws !== undefined) return ", on the machine of the local AWS.";
  const account = running.account === undefined ? "" : ` of the account ${running.account}`;
  const [platform = ""] = name.split("-");
  return `, with credentials${account} that have the policies ${platform}-read-${environment} (to look) and ${platform}-operate-${environment} (to restart and roll back).`;
}

function hearers(topic: string, recipients: readonly string[]): Block {
  const told =
    recipients.length > 0 ? recipients.join(", ") : "nobody: environments.ts names no one";
  return paragraph("Alarms go to the SNS topic ", code(topic), `, and from there to ${told}.`);
}

function noAlarms(): Block {
  return paragraph("This environment has no alarms.");
}
