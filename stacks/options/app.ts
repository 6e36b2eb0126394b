import { App } from "cdktf";

/**
 * The app of a synthesis, without two habits of cdktf's. Its validation starts `terraform version`
 * once for each built-in data resource, although `required_version` makes Terraform check that itself;
 * and it keeps a stack trace for each construct, which no output shows.
 *
 * @param outdir where the stacks are written. @default what the `cdktf` program says, or `cdktf.out`
 */
export function createApp(outdir?: string): App {
  const place = outdir === undefined ? {} : { outdir };
  return new App({ ...place, skipValidation: true, stackTraces: false });
}

/**
 * Declares stacks and writes them for Terraform. cdktf takes a stack trace for each token; while it
 * does, none is mapped to the TypeScript that it comes from, which is most of its cost. An error's is.
 */
export function synthesizeApp(declare: (app: App) => void, outdir?: string): void {
  process.setSourceMapsEnabled(false);
  try {
    const app = createApp(outdir);
    declare(app);
    app.synth();
  } finally {
    process.setSourceMapsEnabled(true);
  }
}
