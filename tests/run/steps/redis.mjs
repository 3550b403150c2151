import { inRoot } from "../paths.mjs";
import { cleanEnv, run } from "../proc.mjs";
import { crowd } from "../processes.mjs";
import { redisServer } from "../redis.mjs";
import { tool } from "../tools.mjs";
import { startUpstream } from "../upstream.mjs";

const script = inRoot("tests", "redis-share.ts");
const runtimes = {
  node24: ["--disable-warning=ExperimentalWarning", script],
  bun: [script],
  deno: ["run", "-A", "--no-check", script],
};
const QUESTIONS = 20;

/** Runs the program of tests/redis-share.ts. */
async function ask(runtime, env) {
  const result = await run(await tool(runtime), runtimes[runtime], { env: cleanEnv(env) });
  try {
    return { runtime, ...JSON.parse(result.stdout) };
  } catch {
    return { runtime, heard: {}, text: result.text };
  }
}

const say = ({ runtime, heard, text = "" }) => `${runtime} ${JSON.stringify(heard)} ${text}`;

/** The three at once: each question is one call, whoever makes it. */
async function together(env, upstream) {
  const all = await Promise.all(Object.keys(runtimes).map((runtime) => ask(runtime, env)));
  const calls = upstream.take();
  const good = calls === QUESTIONS &&
    all.every(({ heard }) => heard.hit >= QUESTIONS && !heard.fault);
  return good ? [] : [`three at once: ${calls} calls; ${all.map(say).join("; ")}`];
}

/** One after the other: the first makes `calls`, the others none, and all hear the same. */
async function inTurn(title, env, upstream, names, calls) {
  const bad = [];
  let first;
  for (const runtime of names) {
    const told = await ask(runtime, env);
    const made = upstream.take();
    first ??= JSON.stringify(told.answers);
    const same = first !== undefined && JSON.stringify(told.answers) === first;
    if (!same || told.heard.fault || made !== calls) {
      bad.push(`${title}: ${made} calls, ${say(told)}`);
    }
    calls = 0;
  }
  return bad;
}

export const redis = {
  name: "redis",
  title: "one Redis: Node, Bun and Deno",
  needs: ["build"],
  async run() {
    const path = await redisServer();
    const { startRedis } = await import(inRoot(".build", "tests", "redis-server.js"));
    const server = await startRedis(undefined, path);
    const upstream = await startUpstream();
    const env = (bridge, NAMESPACE) => ({
      REDIS: server.url,
      UPSTREAM: upstream.baseURL,
      BRIDGE: `${bridge}, Redis`,
      NAMESPACE,
    });
    try {
      const outcome = [
        await together(env("keyv 5", "a"), upstream),
        await crowd(env("keyv 5", "c")),
        await inTurn("keyv 6", env("keyv 6", "a"), upstream, ["deno", "node24", "bun"], 0),
        await inTurn(
          "unstorage",
          env("unstorage", "b"),
          upstream,
          ["bun", "deno", "node24"],
          QUESTIONS,
        ),
      ];
      const bad = outcome.filter((lines) => lines.length > 0);
      const output = outcome.flat().join("\n");
      return { passed: outcome.length - bad.length, failed: bad.length, output };
    } finally {
      upstream.close();
      await server.stop();
    }
  },
};
