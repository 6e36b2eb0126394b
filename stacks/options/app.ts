import { App } from "cdktf";

/**
 * The app of a synthesis, without two of cdktf's defaults: its validation runs `terraform version` once
 * per built-in data resource, although `required_version` makes Terraform check that itself; and it
 * keeps a stack trace per construct, which no output shows.
 *
 * @param outdir the output folder. @default the `cdktf` program's setting, or `cdktf.out`
 */
export function createApp(outdir?: string): App {
  const place = outdir === undefined ? {} : { outdir };
  return new App({ ...place, skipValidation: true, stackTraces: false });
}

/**
 * Declares stacks and writes them for Terraform. cdktf takes a stack trace of every token and shows none
 * of them; formatting those would be a quarter of the whole synthesis. Errors keep their traces.
 */
export function synthesizeApp(declare: (app: App) => void, outdir?: string): void {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- V8 calls it without `this`
  const format = Error.prepareStackTrace;
  // cdktf captures into plain objects, never into errors.
  Error.prepareStackTrace = (of, frames) =>
    of instanceof Error ? [String(of), ...frames.map(String)].join("\n    at ") : "";
  try {
    const app = createApp(outdir);
    declare(app);
    app.synth();
  } finally {
    Error.prepareStackTrace = format;
  }
}
