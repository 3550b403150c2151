import { inRoot } from "../paths.mjs";
import { cleanEnv, run, tempDir } from "../proc.mjs";
import { strict } from "../setup.mjs";
import { tool } from "../tools.mjs";
import { startUpstream } from "../upstream.mjs";

const source = inRoot("tests", "matrix.ts");
const plain = ["--disable-warning=ExperimentalWarning"];

/** Every runtime that shares a directory, and how it is told to run the script. */
const runtimes = {
  node20: [inRoot(".build", "tests", "matrix.js")],
  node22: [...plain, source],
  node24: [...plain, source],
  node26: [...plain, source],
  bun: [source],
  deno: ["run", "-A", "--no-check", source],
};

async function ask(runtime, upstream, dir) {
  const env = cleanEnv({
    LLMCACHE_DIR: dir,
    OPENAI_API_KEY: "no-key-needed",
    OPENAI_BASE_URL: upstream.baseURL,
  });
  const result = await run(await tool(runtime), runtimes[runtime], { env, seconds: 60 });
  return { ...result, calls: upstream.take() };
}

/** One runtime records; the second run of each, its own too, must cost no call and answer alike. */
async function row(recorder, readers, upstream) {
  const dir = tempDir("matrix");
  const first = await ask(recorder, upstream, dir);
  const bad = [];
  if (first.code !== 0 || first.calls === 0) {
    bad.push(`${recorder} did not record (${first.calls} calls)\n${first.text}`);
  }
  for (const reader of readers) {
    const again = await ask(reader, upstream, dir);
    if (again.code === 0 && again.calls === 0 && again.stdout === first.stdout) continue;
    bad.push(`recorded by ${recorder}, ${reader}: ${again.calls} calls\n${again.text}`);
  }
  return { bad, calls: first.calls };
}

/** The runtimes that are there, and what is said of the others; under CI none may be missing. */
async function present() {
  const names = Object.keys(runtimes);
  const found = await Promise.allSettled(names.map(tool));
  const reasons = found.map(({ reason }) => reason).filter(Boolean);
  if (strict && reasons.length > 0) throw reasons[0];
  return {
    names: names.filter((_, at) => found[at].status === "fulfilled"),
    missing: reasons.map(({ message }) => message).join("; ") || undefined,
  };
}

export const matrix = {
  name: "matrix",
  title: "recorded by one, hit by each",
  needs: ["build"],
  async run() {
    const { names, missing } = await present();
    const upstream = await startUpstream();
    const rows = [];
    for (const recorder of names) rows.push(await row(recorder, names, upstream));
    upstream.close();
    const bad = rows.flatMap((one) => one.bad);
    const note = `${rows[0]?.calls} calls recorded by each of ${names.length}, then 0`;
    return {
      passed: Math.max(0, names.length ** 2 - bad.length),
      failed: bad.length,
      note: bad.length > 0 ? "" : note,
      output: bad.join("\n"),
      missing,
    };
  },
};
