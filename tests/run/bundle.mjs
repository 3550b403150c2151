import { inRoot } from "./paths.mjs";

/**
 * Bundles for the browser; what cannot be bundled is an error, so nothing stays outside.
 *
 * @returns the files esbuild made, and what each of them imports.
 */
export async function bundled(options) {
  const { build } = await import("esbuild");
  const { outputFiles, metafile: { outputs } } = await build({
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    metafile: true,
    logLevel: "silent",
    absWorkingDir: inRoot(),
    ...options,
  });
  const outside = Object.values(outputs).flatMap(({ imports }) =>
    imports.filter((i) => i.external)
  );
  if (outside.length > 0) throw new Error(`left outside: ${outside.map((i) => i.path).join(", ")}`);
  return { files: outputFiles, outputs };
}

/** The same in one file, as text. */
export async function bundle(options) {
  const { files } = await bundled(options);
  return files[0].text;
}
