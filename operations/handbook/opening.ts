import { addressOf } from "./address";
import type { Handbook } from "./handbook";
import { type Block, type Fact, code } from "./rendering/document";

/** When the handbook was written, and from what: the only line that the time changes. */
export function writtenLine({ now, running }: Handbook): string {
  const time = `${now.toISOString().slice(0, 19)}Z`;
  const { gaps } = running;
  if (isReached(running))
    return `Written at ${time}, from the synthesized stacks and from what runs.`;
  return `Written at ${time}, from the stacks alone, because AWS was not reachable: ${gaps.join("; ")}.`;
}

/** What a reader has to know first: where this is, whose, and what the page does not know. */
export function opening(handbook: Handbook): Block[] {
  return [...notices(handbook), { kind: "facts", facts: facts(handbook) }];
}

function notices({ running, services, environment }: Handbook): Block[] {
  const { gaps, entries } = running;
  const nothing = entries.size > 0 && services.every(({ now }) => now?.deployed === false);
  return [
    ...(isReached(running)
      ? []
      : [
          notice(
            "What runs now, and the addresses that AWS chooses, are not on this page. The commands on it show them.",
          ),
        ]),
    ...(isReached(running) && gaps.length > 0
      ? [notice(`AWS did not tell everything: ${gaps.join("; ")}.`)]
      : []),
    ...(nothing ? [notice(`Nothing of ${environment} is deployed.`)] : []),
  ];
}

function facts(handbook: Handbook): Fact[] {
  const { environment, name, region, localAws, sources, running } = handbook;
  const { commit, changed } = sources;
  const isKnown = commit !== undefined;
  return [
    ["Environment", [code(environment), ", whose names on AWS are like ", code(name)]],
    localAws === undefined
      ? ["Account and region", `${running.account ?? "not known"}, ${region}`]
      : ["Local AWS", [code(localAws), `, on one machine, as ${region}`]],
    ["Address", addressOf(handbook)],
    [
      "Sources",
      isKnown
        ? ["commit ", code(commit), changed ? ", with changes that are not committed" : ""]
        : "not in a Git repository",
    ],
    ["Callers", callers(handbook)],
    ["Data", protection(handbook)],
    ...(handbook.lifetimeHours === undefined
      ? []
      : ([
          ["Expires", `${handbook.lifetimeHours} hours after its last deployment`],
        ] satisfies Fact[])),
  ];
}

function callers({ issuer, environment }: Handbook): Fact[1] {
  if (issuer !== undefined) return ["send access tokens of ", code(issuer)];
  return [
    "send access tokens of its own user pool; one for trying out: ",
    code(`npx platform token ${environment}`),
  ];
}

function protection({ protected: isProtected, promotesFrom }: Handbook): string {
  const guarded = isProtected
    ? "protected: nothing deletes its data by accident"
    : "not protected: a destruction deletes its data";
  return promotesFrom === undefined
    ? guarded
    : `${guarded}. It runs the images of ${promotesFrom}, and builds none`;
}

/** Whether AWS has told anything. */
function isReached({ account, entries }: Handbook["running"]): boolean {
  return account !== undefined || entries.size > 0;
}

function notice(text: string): Block {
  return { kind: "notice", text };
}
