/**
 * One program for every runtime: what one of them records, each of the others must hit. It asks once
 * each way and prints the answers; `tests/run/steps/matrix.mjs` runs it and counts the calls.
 *
 * @module
 */

import process from "node:process";
import OpenAI from "openai";
import { cachedChat } from "../mod.ts";

const baseURL = process.env.OPENAI_BASE_URL;
const openai = cachedChat(new OpenAI());
const messages = [{ role: "user" as const, content: "hello, grüß dich, 你好 👋" }];
const temperature = 0.1;

async function whole(): Promise<unknown> {
  return await openai.chat.completions.create({ model: "m", messages, temperature });
}

async function streamed(): Promise<unknown> {
  const request = { model: "m", messages, temperature, stream: true } as const;
  const chunks = [];
  for await (const chunk of await openai.chat.completions.create(request)) chunks.push(chunk);
  return chunks;
}

/** A home-made client: a function that asks by itself. */
async function ask(request: { model: string; prompt: string }): Promise<unknown> {
  const body = JSON.stringify(request);
  const response = await fetch(`${baseURL}/chat/completions`, { method: "POST", body });
  return await response.json();
}

async function* pieces(request: { model: string; prompt: string }): AsyncGenerator<unknown> {
  yield await ask(request);
  yield { end: true };
}

async function generated(): Promise<unknown> {
  const values = [];
  for await (const value of cachedChat(pieces)({ model: "m", prompt: "b" })) values.push(value);
  return values;
}

const answers = [
  await whole(),
  await streamed(),
  await cachedChat(ask)({ model: "m", prompt: "a" }),
  await generated(),
];
console.log(JSON.stringify(answers));
