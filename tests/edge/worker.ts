// What a worker at the edge does with the bundle: it is imported, then asked twice, in two requests.
import { cachedFetch, cacheStatus } from "../../mod.ts";

interface Answer {
  readonly hit: boolean;
  readonly text: string;
}

const warnings: string[] = [];
console.warn = (...said: unknown[]) => void warnings.push(said.join(" "));

const fetch = cachedFetch();

/** One request to the worker. */
async function ask(baseURL: string): Promise<Answer> {
  const body = JSON.stringify({ model: "m", messages: [{ role: "user", content: "hello" }] });
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${baseURL}/chat/completions`, { method: "POST", headers, body });
  return { hit: cacheStatus(response)?.hit === true, text: await response.text() };
}

/** Where it runs, what was answered, and what was warned of. */
export async function prove(baseURL: string, request: typeof ask = ask): Promise<object> {
  const first = await request(baseURL);
  const second = await request(baseURL);
  const { EdgeRuntime } = globalThis as { EdgeRuntime?: string };
  return { where: EdgeRuntime ?? navigator.userAgent, first, second, warnings };
}

interface Bindings {
  readonly BASE_URL: string;
  readonly self: { fetch(url: string): Promise<Response> };
}

/** The worker, as workerd takes it; its `test` is what `workerd test` runs. */
export default {
  async fetch(_request: Request, { BASE_URL }: Bindings): Promise<Response> {
    return Response.json(await ask(BASE_URL));
  },
  async test(_controller: unknown, { BASE_URL, self }: Bindings): Promise<void> {
    const request = async () => await (await self.fetch("https://self/")).json();
    console.log(JSON.stringify(await prove(BASE_URL, request)));
  },
};
