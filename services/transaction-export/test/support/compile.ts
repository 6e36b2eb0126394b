import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import ts from "typescript";
import { ROOT } from "./root.js";

/**
 * Makes `dist` as `npm run build` does, but without a look at the types, which takes seconds: with it
 * the tests start the service as its image does.
 */
export default async function compile(): Promise<void> {
  const { options, fileNames, errors } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(path.join(ROOT, "tsconfig.build.json"), (file) => ts.sys.readFile(file))
      .config,
    ts.sys,
    ROOT,
  );
  if (errors.length > 0) throw new Error("tsconfig.build.json cannot be read");
  // One file by itself does not know of package.json that it is a module.
  const compilerOptions = { ...options, module: ts.ModuleKind.ESNext };
  await Promise.all(
    fileNames.map(async (fileName) => {
      const source = await readFile(fileName, "utf8");
      const { outputText } = ts.transpileModule(source, { compilerOptions, fileName });
      const name = path.relative(path.join(ROOT, "src"), fileName).replace(/\.ts$/, ".js");
      const target = path.join(ROOT, "dist", name);
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, outputText);
    }),
  );
}
