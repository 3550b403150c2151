/** A body's identity, and how to ask for it in a test. */

import assert from "node:assert/strict";
import { openaiChat } from "../src/dialects/openai-chat.ts";
import { sha256 } from "../src/host.ts";
import { type Identified, identify, type Identity } from "../src/key.ts";
import type { Json } from "./paths.ts";

export const hash = await sha256();

export const requestOf = (text: string): Identified => ({
  dialect: openaiChat,
  target: { origin: "https://api.openai.com", path: "/v1/chat/completions" },
  namespace: "",
  sample: 0,
  headers: {},
  text,
  body: JSON.parse(text),
});

export function identity(text: string, more: Partial<Identified> = {}): Identity {
  const found = identify({ ...requestOf(text), ...more }, hash);
  assert.ok("key" in found, `bypass of ${text}`);
  return found;
}

export const keyOf = (body: Json): string => identity(JSON.stringify(body)).key;
export const keyOfText = (text: string): string => identity(text).key;
