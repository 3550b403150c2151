/** A Redis server of the tests' own, which keeps nothing. */

import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { createServer } from "node:net";
import process from "node:process";
import { temporary } from "./places.ts";

/** A server under way. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Ends it; what it held is gone. */
  stop(): Promise<void>;
}

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/**
 * Starts a server, if the system has one.
 *
 * @param port where; default a free one.
 * @param command the path of the server's program.
 * @returns `undefined` where there is no redis-server: the summary of `npm test` names it then.
 */
export async function startRedis(
  port?: number,
  command: string = process.env.LLMCACHE_REDIS_SERVER ?? "redis-server",
): Promise<RedisServer | undefined> {
  for (let tries = 1;; tries++) {
    try {
      return await startAt(port ?? await freePort(), command);
    } catch (error) {
      if ((error as { code?: unknown }).code === "ENOENT") return undefined;
      // Someone else took the port.
      if (port || tries === 5) throw error;
    }
  }
}

async function startAt(port: number, command: string): Promise<RedisServer> {
  const dir = temporary();
  const where = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", dir];
  const args = [...where, "--save", "", "--appendonly", "no", "--daemonize", "no"];
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  const kill = () => void child.kill("SIGKILL");
  process.on("exit", kill);
  const clear = () => {
    process.off("exit", kill);
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    await new Promise<void>((resolve, reject) => {
      let text = "";
      child.on("error", reject);
      child.stdout.setEncoding("utf8").on("data", (data: string) => {
        text += data;
        if (text.includes("Ready to accept connections")) resolve();
      });
      ended.then(() => reject(new Error(`redis-server ended\n${text}`)));
    });
  } catch (error) {
    clear();
    throw error;
  }
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      child.kill("SIGKILL");
      await ended;
      clear();
    },
  };
}
