import { readFileSync } from "node:fs";
import { inRoot } from "../paths.mjs";
import { onlyOnJsr } from "./manifests.mjs";

/** Bundles for the browser; what cannot be bundled is an error, so nothing stays outside. */
export async function bundle(options) {
  const { build } = await import("esbuild");
  const result = await build({
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
  const { outputs } = result.metafile;
  const outside = Object.values(outputs).flatMap(({ imports }) =>
    imports.filter((i) => i.external)
  );
  if (outside.length > 0) throw new Error(`left outside: ${outside.map((i) => i.path).join(", ")}`);
  return result.outputFiles[0].text;
}

export const bundles = {
  name: "bundles",
  title: "each subpath bundled for browsers",
  async run() {
    const { exports } = JSON.parse(readFileSync(inRoot("deno.json"), "utf8"));
    const bad = [];
    const sizes = [];
    for (const [subpath, file] of Object.entries(exports)) {
      if (onlyOnJsr.includes(subpath)) continue;
      try {
        const text = await bundle({ entryPoints: [inRoot(file)] });
        sizes.push(`${subpath} ${(text.length / 1024).toFixed(1)}`);
      } catch (error) {
        bad.push(`${subpath}: ${error.message}`);
      }
    }
    const passed = sizes.length;
    const note = `KiB: ${sizes.join(", ")}`;
    return { passed, failed: bad.length, note, output: bad.join("\n") };
  },
};
