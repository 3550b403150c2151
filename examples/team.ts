/**
 * `npm start`: a team of two agents does its work twice. The first time every call goes out to the
 * model; the second time none does, and nothing in the agents' own code is different.
 *
 * With OPENAI_API_KEY it talks to that provider (OPENAI_BASE_URL and OPENAI_MODEL count too), else
 * to a stand-in on this machine. `--fresh` forgets what earlier runs recorded.
 */

import process from "node:process";
import { createCache } from "@x/llmcache";
import OpenAI from "openai";
import { createTeam } from "./team/agents.ts";
import { complain, readArguments } from "./team/arguments.ts";
import { prepareFolder } from "./team/folder.ts";
import { createJournal } from "./team/journal.ts";
import { findProvider, type Provider } from "./team/provider.ts";

async function main(provider: Provider, dir: string): Promise<void> {
  const journal = createJournal();
  const cache = createCache({ dir, aliases: provider.aliases, onEvent: journal.note });
  const openai = new OpenAI(provider.client);

  // This is all it takes: each agent gets a client of its own, and goes on as if nothing were.
  const team = createTeam({
    researcher: cache.with({ namespace: "researcher" }).chat(openai),
    writer: cache.with({ namespace: "writer" }).chat(openai),
    model: provider.model,
  });

  journal.begin("First round");
  const first = await team.work();
  journal.begin("Second round");
  const second = await team.work();
  journal.end(dir);

  console.log(second === first ? "\nBoth times they wrote:" : "\nAt last they wrote:");
  console.log(`${second}\n`);
  console.log("Run it again: every call is a hit. To forget them all: npm start -- --fresh");
  await cache.close();
}

let provider: Provider | undefined;
try {
  const { fresh } = readArguments(process.argv.slice(2));
  const dir = prepareFolder(fresh);
  provider = await findProvider();
  console.log(provider.introduction);
  await main(provider, dir);
} catch (error) {
  complain(error, provider);
  process.exitCode = 1;
} finally {
  await provider?.close();
}
