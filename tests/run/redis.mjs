import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { apt } from "./apt.mjs";
import { strict } from "./setup.mjs";
import { Missing } from "./tools.mjs";

function find() {
  const { PATH = "", REDIS_SERVER } = process.env;
  const places = PATH.split(delimiter).map((folder) => join(folder, "redis-server"));
  return [REDIS_SERVER, ...places].find((path) => path && existsSync(path));
}

/**
 * The path of a Redis server.
 *
 * @throws Missing where there is none; under CI the system is asked to bring it.
 */
export async function redisServer() {
  let text = "";
  if (!find() && strict) ({ text } = await apt("redis-server"));
  const path = find();
  if (path) return path;
  throw new Missing("redis-server", "apt-get install redis-server, or set REDIS_SERVER", text);
}
