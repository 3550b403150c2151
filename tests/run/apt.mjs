import process from "node:process";
import { run } from "./proc.mjs";

const wait = ["-o", "DPkg::Lock::Timeout=300"];
const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
const install = async (packages) => {
  await run("apt-get", [...wait, "update"], { env });
  const args = [...wait, "install", "-y", "--no-install-recommends", ...packages];
  return run("apt-get", args, { env });
};

let last = Promise.resolve();

/**
 * Installs Debian packages, one call after the other: the second would find the lists locked. For
 * CI alone: elsewhere the machine is somebody's own.
 */
export function apt(...packages) {
  last = last.then(() => install(packages));
  return last;
}
