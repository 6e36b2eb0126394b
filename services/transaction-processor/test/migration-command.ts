import { spawn } from "node:child_process";
import { once } from "node:events";
import type { DatabaseSettings } from "../src/settings.js";
import { PASSWORD } from "./postgres.js";
import { ROOT } from "./root.js";

/** Runs the migration as the platform does, with these variables only. */
export async function command(environment: Record<string, string>) {
  const child = spawn(process.execPath, ["dist/migrate.js"], {
    cwd: ROOT,
    env: { PATH: process.env["PATH"], ...environment },
  });
  let output = "";
  child.stdout.on("data", (text) => (output += String(text)));
  child.stderr.on("data", (text) => (output += String(text)));
  const [status] = (await once(child, "close")) as [number];
  return { status, output };
}

/** The variables that the platform sets for a database. */
export function environmentOf(database: DatabaseSettings): Record<string, string> {
  return {
    DATABASE_HOST: database.host,
    DATABASE_PORT: String(database.port),
    DATABASE_NAME: database.name,
    DATABASE_USER: database.user,
    DATABASE_PASSWORD: PASSWORD,
    DATABASE_SSLMODE: "verify-full",
    DATABASE_CA: database.ca,
  };
}
