// Several processes of three runtimes on one store: tests/process-child.ts in each.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { inRoot } from "./paths.mjs";
import { cleanEnv, ending, tempDir } from "./proc.mjs";
import { tool } from "./tools.mjs";

const runtimes = {
  node24: ["--disable-warning=ExperimentalWarning"],
  bun: [],
  deno: ["run", "-A", "--unstable-kv", "--no-check", "--quiet"],
};

/** Eight, of three runtimes. */
export const EIGHT = ["node24", "bun", "deno", "node24", "bun", "deno", "node24", "bun"];

/** The child in one file: 500 of them are started. */
async function bundleChild() {
  const { build } = await import("esbuild");
  // Where its packages are found.
  const outfile = inRoot(".build", "process-child.mjs");
  await build({
    entryPoints: [inRoot("tests", "process-child.ts")],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "es2023",
    packages: "external",
    logLevel: "silent",
  });
  return outfile;
}

/** Starts a child that waits for the word; `said` gives what it prints then. */
async function start(script, runtime, env, command, argument) {
  const args = [...runtimes[runtime], script, command, argument];
  const child = spawn(await tool(runtime), args, {
    env,
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  const forget = ending(child);
  child.stdin.on("error", () => {});
  let text = "";
  let stdout = "";
  child.stderr.setEncoding("utf8").on("data", (data) => text += data);
  const ready = new Promise((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (data) => {
      stdout += data;
      if (stdout.startsWith("ready\n")) resolve(true);
    });
    child.on("close", () => resolve(false));
  });
  const ended = once(child, "close").then(forget);
  return {
    runtime,
    ready,
    ended,
    go: () => child.stdin.write("go\n"),
    stop: () => child.stdin.end(),
    kill: () => child.kill("SIGKILL"),
    suspend: () => child.kill("SIGSTOP"),
    resume: () => child.kill("SIGCONT"),
    async said() {
      await ended;
      try {
        return JSON.parse(stdout.split("\n")[1]);
      } catch {
        throw new Error(`${runtime} ${command}: ${stdout}${text}`);
      }
    },
  };
}

const chunk = (model, choice) =>
  `data: ${JSON.stringify({ id: "c", model, choices: [{ index: 0, ...choice }] })}\n\n`;

/** Answers with as many words as it is asked for; a call takes about so many milliseconds. */
async function startProvider(milliseconds) {
  const calls = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const data of request.setEncoding("utf8")) body += data;
    const { model, messages, stream = false } = JSON.parse(body);
    calls.push(`${model} ${stream}`);
    const content = `${model} `.repeat(Number(messages[0].content));
    if (!stream) {
      await pause(milliseconds);
      const message = { role: "assistant", content };
      const choices = [{ index: 0, message, finish_reason: "stop" }];
      return response.end(JSON.stringify({ id: `c${calls.length}`, model, choices }));
    }
    const size = Math.ceil(content.length / 4);
    for (let at = 0; at < content.length; at += size) {
      const delta = { content: content.slice(at, at + size) };
      response.write(chunk(model, { delta, finish_reason: null }));
      await pause(milliseconds / 4);
    }
    response.end(chunk(model, { delta: {}, finish_reason: "stop" }) + "data: [DONE]\n\n");
  });
  // A process that is suspended for longer would find its connection closed, and Bun's fetch tells so.
  server.keepAliveTimeout = 0;
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    UPSTREAM: `http://127.0.0.1:${server.address().port}/v1`,
    calls,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/**
 * Asks the same a thousand times from several processes at the same time, whole and then streamed.
 *
 * @param place what leads them to the store, as environment variables.
 * @param names the runtimes of the processes.
 * @returns what was wrong: each form must be one call, and all answers the same.
 */
export async function crowd(place, names = EIGHT) {
  const script = await bundleChild();
  const provider = await startProvider(500);
  const env = cleanEnv({ ...place, UPSTREAM: provider.UPSTREAM });
  const each = `${Math.ceil(1000 / names.length)}`;
  try {
    const all = await Promise.all(names.map((name) => start(script, name, env, "crowd", each)));
    await Promise.all(all.map(({ ready }) => ready));
    all.forEach(({ go }) => go());
    const told = await Promise.all(all.map(({ said }) => said()));
    const heard = told.map(({ heard }, at) => `${names[at]} ${JSON.stringify(heard)}`).join("; ");
    const answers = new Set(told.flatMap(({ answers }) => answers));
    const bad = told.some(({ heard }) => heard.fault) ? [`faults: ${heard}`] : [];
    for (const stream of [false, true]) {
      const calls = provider.calls.filter((call) => call === `crowd ${stream}`).length;
      if (calls !== 1) bad.push(`${calls} calls, streamed: ${stream}; ${heard}`);
    }
    if (answers.size !== 2) bad.push(`${answers.size} different answers; ${heard}`);
    return bad;
  } finally {
    provider.close();
  }
}

/**
 * Kills one of eight processes after the other, each at a random moment, while all ask the same; now and
 * then one is suspended for longer than a claim lasts.
 *
 * @returns what was wrong, and how much was done.
 */
export async function crash(rounds, seed) {
  const { createRandom } = await import(inRoot(".build", "tests", "soak", "random.js"));
  const random = createRandom(seed);
  const script = await bundleChild();
  const provider = await startProvider(60);
  const dir = tempDir("crash");
  const logs = tempDir("logs");
  const env = cleanEnv({ DIR: dir, UPSTREAM: provider.UPSTREAM });
  let started = 0;
  const living = [];
  const starting = new Set();
  const begin = (runtime) => {
    const argument = JSON.stringify([join(logs, `${started++}`), random.below(1e9)]);
    const one = start(script, runtime, env, "crash", argument).then(async (child) => {
      if (await child.ready) child.go();
      living.push(child);
      starting.delete(one);
    });
    starting.add(one);
  };
  const some = () => living.splice(random.below(living.length), 1)[0];
  /** Lets the claims of one expire while it knows nothing of it. */
  const suspend = (child) => {
    child.suspend();
    const one = pause(3500).then(() => {
      child.resume();
      living.push(child);
      starting.delete(one);
    });
    starting.add(one);
  };
  try {
    EIGHT.forEach(begin);
    await Promise.all(starting);
    for (let round = 0; round < rounds; round++) {
      await pause(random.below(100));
      // To start one takes longer than a round; those that are there go on meanwhile.
      while (living.length < 4) await Promise.race(starting);
      if (round % 5 === 0) suspend(some());
      const child = some();
      child.kill();
      begin(child.runtime);
    }
    await Promise.all(starting);
    living.forEach(({ stop }) => stop());
    await Promise.all(living.map(({ said }) => said()));
    return { calls: provider.calls.length, ...await judge(script, env, dir, logs) };
  } finally {
    provider.close();
  }
}

/** Whether all that was said to be stored is there, nothing was wrong, and nothing is left behind. */
async function judge(script, env, dir, logs) {
  const lines = readdirSync(logs).flatMap((name) =>
    readFileSync(join(logs, name), "utf8").split("\n")
  )
    .filter(Boolean);
  const stored = lines.filter((line) => line.startsWith("stored "));
  const bad = lines.filter((line) => !line.startsWith("stored "));
  const file = join(logs, "models");
  writeFileSync(file, JSON.stringify([...new Set(stored.map((line) => line.split(" ")[1]))]));
  const checker = await start(script, "node24", env, "check", file);
  await checker.ready;
  checker.go();
  const { bad: lost, verified: [first, second] } = await checker.said();
  if (first.damaged + first.unreadable > 0) bad.push(`verify found ${JSON.stringify(first)}`);
  if (second.leftovers > 0) bad.push(`verify left ${second.leftovers}`);
  const left = readdirSync(dir, { recursive: true }).filter((path) =>
    !/^(CACHEDIR\.TAG|claims|ledger|[0-9a-f]{2}|ledger\/(?!\.\d).*|[0-9a-f]{2}\/[0-9a-f]{64}\.\w+)$/
      .test(path)
  );
  if (left.length > 0) bad.push(`left behind: ${left.join(" ")}`);
  return { bad: [...bad, ...lost], stored: stored.length, ...first };
}
