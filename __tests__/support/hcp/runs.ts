import type { Account } from "./account";
import { NOT_FOUND, type Resource, given, many, one } from "./resource";
import type { Asked, Route } from "./route";
import { Run } from "./run";
import { workspaceResource } from "./workspaces";

function runIn({ account, found: [id] }: Asked): Run | undefined {
  return account.run((run) => run.id === id);
}

/** What `?include=plan,workspace` asks for. */
function included(run: Run, account: Account, url: string): Resource[] {
  const workspace = account.workspace(run.workspace);
  return [
    run.phase("plan", url),
    run.phase("apply", url),
    ...(workspace ? [workspaceResource(workspace, account)] : []),
  ];
}

function answerRun(asked: Asked, run: Run | undefined, status = 200) {
  if (!run) return NOT_FOUND;
  return one(run.resource(), included(run, asked.account, asked.url), status);
}

function phaseRoute(kind: "plan" | "apply", path: RegExp): Route {
  return {
    method: "GET",
    path,
    answer: (asked) => {
      const run = runIn(asked);
      return run ? one(run.phase(kind, asked.url)) : NOT_FOUND;
    },
  };
}

/** A part of a log: its markers at both ends tell Terraform when it has read all of it. */
function logRoute(kind: "plan" | "apply"): Route {
  return {
    method: "GET",
    path: new RegExp(`^/logs/${kind}/([^/]+)$`),
    answer: (asked) => {
      const run = runIn(asked);
      if (!run) return NOT_FOUND;
      const [offset, limit] = ["offset", "limit"].map((name) => Number(asked.query.get(name)));
      const log = Buffer.from(run.log(kind));
      const end = (offset ?? 0) + (limit ?? log.length);
      if (end >= log.length) run.goOn();
      return { status: 200, text: log.subarray(offset, end).toString() };
    },
  };
}

/** @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/run */
export const RUNS: readonly Route[] = [
  {
    method: "POST",
    path: /^\/api\/v2\/runs$/,
    answer: (asked) => {
      const { account, body } = asked;
      const { attributes, idOf } = given(body);
      const workspace = account.workspace(idOf("workspace"));
      if (!workspace) return NOT_FOUND;
      const id = account.id("run");
      const run = new Run(id, workspace.id, attributes["auto-apply"] === true, workspace.script);
      workspace.runs.unshift(run);
      return answerRun(asked, run, 201);
    },
  },
  {
    method: "GET",
    path: /^\/api\/v2\/runs\/([^/]+)$/,
    answer: (asked) => answerRun(asked, runIn(asked)),
  },
  {
    method: "POST",
    path: /^\/api\/v2\/runs\/([^/]+)\/actions\/cancel$/,
    answer: (asked) => {
      runIn(asked)?.cancel();
      return { status: 202 };
    },
  },
  { method: "GET", path: /^\/api\/v2\/runs\/[^/]+\/run-events$/, answer: () => many([]) },
  {
    method: "GET",
    path: /^\/api\/v2\/workspaces\/([^/]+)\/runs$/,
    answer: ({ account, found: [id] }) =>
      many(account.workspace(id)?.runs.map((run) => run.resource()) ?? []),
  },
  { method: "GET", path: /^\/api\/v2\/organizations\/acme\/runs\/queue$/, answer: () => many([]) },
  phaseRoute("plan", /^\/api\/v2\/plans\/plan-([^/]+)$/),
  phaseRoute("apply", /^\/api\/v2\/applies\/apply-([^/]+)$/),
  {
    method: "GET",
    path: /^\/api\/v2\/plans\/plan-([^/]+)\/json-output$/,
    answer: (asked) => {
      const json = runIn(asked)?.script.planJson;
      return json === undefined ? NOT_FOUND : { status: 200, json };
    },
  },
  logRoute("plan"),
  logRoute("apply"),
];
