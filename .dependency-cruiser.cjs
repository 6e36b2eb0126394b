/**
 * The order of the folders: each may import itself and those before it.
 *
 * spec ← services ← accepted vulnerabilities ← environments ← project ← stacks ← additions ← main ← operations ← local ← tools ← commands
 *
 * `setup` stands beside `operations`.
 */
const ORDER = [
  ["spec", "^spec/"],
  ["services", "^services/index[.]ts$"],
  ["accepted-vulnerabilities", "^accepted-vulnerabilities[.]ts$"],
  ["environments", "^environments[.]ts$"],
  ["project", "^project[.]ts$"],
  ["stacks", "^stacks/"],
  ["additions", "^additions[.]ts$"],
  ["main", "^main[.]ts$"],
  ["operations", "^operations/"],
  ["local", "^local/"],
  ["tools", "^tools/"],
  ["commands", "^commands/"],
];

/** What the synthesis needs no catalogue, environment or process for. */
const PURE = [
  "^services/",
  "^accepted-vulnerabilities[.]ts$",
  "^environments[.]ts$",
  "^project[.]ts$",
];

const order = ORDER.slice(0, -1).map(([name, path], index) => ({
  name: `${name}-comes-before-what-follows-it`,
  severity: "error",
  from: { path },
  to: { path: ORDER.slice(index + 1).map(([, later]) => later) },
}));

module.exports = {
  forbidden: [
    ...order,
    {
      name: "stacks-import-spec-alone",
      severity: "error",
      from: { path: "^stacks/" },
      to: { path: PURE },
    },
    {
      name: "setup-stands-beside-operations",
      severity: "error",
      from: { path: "^setup/" },
      to: {
        path: [
          "^operations/",
          "^local/",
          "^tools/",
          "^commands/",
          "^additions[.]ts$",
          "^main[.]ts$",
        ],
      },
    },
    {
      name: "nothing-imports-setup",
      severity: "error",
      // The stack of an account is judged too.
      from: { pathNot: "^(setup|policy|__tests__)/" },
      to: { path: "^setup/" },
    },
    {
      name: "nothing-but-tests-imports-tests",
      severity: "error",
      from: { pathNot: "^__tests__/" },
      to: { path: "^__tests__/" },
    },
    {
      name: "nothing-but-tests-imports-policy",
      severity: "error",
      from: { pathNot: "^(policy|__tests__)/" },
      to: { path: "^policy/" },
    },
    {
      name: "policy-judges-what-is-synthesized",
      severity: "error",
      from: { path: "^policy/" },
      to: { path: ["^operations/", "^local/", "^tools/", "^commands/"] },
    },
    { name: "no-circle-of-files", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-circle-of-folders",
      severity: "error",
      scope: "folder",
      // A folder of `spec` and the files beside it are one.
      from: { pathNot: "^spec" },
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^services/[^/]+/|^[.]platform/|^tools/bench/cdk/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
  },
};
