/** A body's identity, and how to ask for it in a test. */

import assert from "node:assert/strict";
import type { Dialect } from "../src/dialect.ts";
import { openaiChat } from "../src/dialects/openai-chat.ts";
import { sha256 } from "../src/host.ts";
import { type Identified, identify, type Identity } from "../src/key.ts";
import type { Json } from "./paths.ts";

export const hash = await sha256();

/** How one format's bodies are identified in a test. */
export interface Identities {
  requestOf(text: string): Identified;
  identity(text: string, more?: Partial<Identified>): Identity;
  keyOf(body: Json): string;
  keyOfText(text: string): string;
}

/** Identifies bodies of one format, all sent to the same place. */
export function identitiesOf(dialect: Dialect, origin: string, path: string): Identities {
  const requestOf = (text: string): Identified => ({
    dialect,
    target: { origin, path },
    namespace: "",
    sample: 0,
    headers: {},
    text,
    body: JSON.parse(text),
  });

  function identity(text: string, more: Partial<Identified> = {}): Identity {
    const found = identify({ ...requestOf(text), ...more }, hash);
    assert.ok("key" in found, `bypass of ${text}`);
    return found;
  }

  return {
    requestOf,
    identity,
    keyOf: (body) => identity(JSON.stringify(body)).key,
    keyOfText: (text) => identity(text).key,
  };
}

export const { requestOf, identity, keyOf, keyOfText } = identitiesOf(
  openaiChat,
  "https://api.openai.com",
  "/v1/chat/completions",
);
