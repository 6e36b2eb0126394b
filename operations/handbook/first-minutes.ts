import type { Handbook } from "./handbook";
import { FAILURE_PATTERN } from "./log-queries";
import {
  type Block,
  type Inline,
  type Section,
  code,
  commands,
  paragraph,
} from "./rendering/document";

/** What somebody does who was woken and has never seen the environment. */
export function firstMinutes(handbook: Handbook): Section {
  const { environment, topic } = handbook;
  return {
    title: "In the first minutes",
    blocks: [
      paragraph(...preparation(handbook), " These lines point the shell to this environment:"),
      commands(...handbook.shell),
      {
        kind: "steps",
        items: [
          ["What is not well? ", code(`npx platform status ${environment}`)],
          ["Why? ", code(`npx platform diagnose ${environment}`)],
          [
            "What do the services say? ",
            code(`npx platform logs ${environment} --since 30m --grep '${FAILURE_PATTERN}'`),
          ],
          ...(topic ? ["Find the alarm below by its name: it says what to do first."] : []),
          "Did it begin with a deployment? Put the version before it back: see “Roll back” below.",
        ],
      },
      ...(topic ? [hearers(topic.topic, topic.recipients)] : [noAlarms()]),
    ],
  };
}

function preparation({ localAws, policies, running }: Handbook): Inline[] {
  if (localAws !== undefined)
    return [
      "On the machine of the local AWS, in a checkout of this project, run ",
      code("npm ci"),
      ".",
    ];
  const account = running.account === undefined ? "" : ` of the account ${running.account}`;
  return [
    "In a checkout of this project, run ",
    code("npm ci"),
    `, which needs Node.js. Take credentials${account} with the policies `,
    code(policies.read),
    " (to look) and ",
    code(policies.operate),
    " (to restart and roll back).",
  ];
}

function hearers(topic: string, recipients: readonly string[]): Block {
  const told =
    recipients.length > 0 ? recipients.join(", ") : "nobody: environments.ts names no one";
  return paragraph("Alarms go to the SNS topic ", code(topic), `, and from there to ${told}.`);
}

function noAlarms(): Block {
  return paragraph("This environment has no alarms.");
}
