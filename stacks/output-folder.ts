import { mkdirSync } from "node:fs";
import { environment } from "./config";

/** Makes the folder that cdktf is told to write to: it makes none above it, as in a fresh clone. */
export function makeOutputFolder(): void {
  const folder = environment["CDKTF_OUTDIR"];
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
}
