/** The script of every page and every worker of the tests: it runs commands, by their names. */

import { commands } from "./commands.ts";
import { type Message, run, type Runner } from "./run.ts";

interface Port {
  onmessage: ((event: MessageEvent<Message>) => void) | null;
  postMessage(value: unknown): void;
}

interface Scope extends Port {
  document?: unknown;
  run?: Runner;
  onconnect?: (event: MessageEvent) => void;
}

function serve(port: Port): void {
  port.onmessage = async ({ data: { name, argument } }) => {
    port.postMessage(await run(commands, name, argument));
  };
}

const scope = globalThis as unknown as Scope;
if (scope.document) {
  scope.run = (name, argument) => run(commands, name, argument);
  // From the page around, if this is a frame.
  addEventListener("message", async ({ data: { name, argument }, ports: [port] }) => {
    port!.postMessage(await run(commands, name, argument));
  });
} else if ("onconnect" in scope) {
  scope.onconnect = ({ ports: [port] }) => serve(port!);
} else {
  serve(scope);
}
