import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { PROJECT_FOLDER } from "../../../project";

const VENV = path.join(PROJECT_FOLDER, ".platform", "venv", "schemathesis");
const REQUIREMENTS = path.join(__dirname, "schemathesis.txt");

/**
 * Sends allowed and forbidden requests to each operation of an OpenAPI document, and reports
 * undocumented answers: any 5xx, an undocumented status, media type or body, a wrong request that is
 * accepted. Takes a minute.
 *
 * @param headers of each request, such as the caller's token; in the document's spelling, without which
 *   the caller's own token counts as a guessed one
 * @param paths a regular expression; the load balancer knows a service's public path alone
 * @see https://schemathesis.readthedocs.io
 */
export async function testSchema(
  document: string,
  origin: string,
  headers: Readonly<Record<string, string>> = {},
  paths = "^/",
): Promise<{ exitCode: number | undefined; output: string }> {
  await installSchemathesis();
  const options = [
    "--url",
    origin,
    "--seed",
    "1",
    "--max-examples",
    "30",
    "--max-time",
    "60",
    "--request-timeout",
    "10",
    "--no-color",
    "--include-path-regex",
    paths,
    // Each operation that needs a caller is also sent without the token, and with a wrong one.
    ...Object.entries(headers).flatMap(([name, value]) => ["--header", `${name}: ${value}`]),
    "--report-dir",
    path.join(VENV, "report"),
    // A schema cannot say which cursors were issued, or that a time is after 1970.
    "--exclude-checks",
    "positive_data_acceptance",
  ];
  const { exitCode, all } = await execa(
    path.join(VENV, "bin", "schemathesis"),
    ["run", document, ...options],
    { cwd: VENV, all: true, reject: false, timeout: 180_000 },
  );
  return { exitCode, output: all };
}

async function installSchemathesis(): Promise<void> {
  const wanted = readFileSync(REQUIREMENTS, "utf8");
  const mark = path.join(VENV, "made-for");
  if (existsSync(mark) && readFileSync(mark, "utf8") === wanted) return;
  rmSync(VENV, { recursive: true, force: true });
  await execa("python3", ["-m", "venv", VENV], { timeout: 120_000 });
  const arguments_ = ["install", "--quiet", "--require-hashes", "--no-deps", "-r", REQUIREMENTS];
  await execa(path.join(VENV, "bin", "pip"), arguments_, { timeout: 300_000 });
  writeFileSync(mark, wanted);
}
