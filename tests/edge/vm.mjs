// Runs a bundle in the virtual machine of Vercel's edge functions: its path, the bundle's, an URL.
import { readFileSync } from "node:fs";
import process from "node:process";
import { pathToFileURL } from "node:url";

const [vm, bundle, baseURL] = process.argv.slice(2);
const { default: { EdgeVM } } = await import(pathToFileURL(vm).href);
const edge = new EdgeVM();
edge.evaluate(readFileSync(bundle, "utf8"));
console.log(JSON.stringify(await edge.evaluate(`bundled.prove(${JSON.stringify(baseURL)})`)));
