/**
 * `llmcache why`
 *
 * @module
 */

import type { PlainRequest } from "../../plain-request.ts";
import type { Command } from "../command.ts";
import { CommandError, EXIT, messageOf } from "../errors.ts";
import { readText } from "../files.ts";
import { shortKey } from "../keys.ts";
import { oneLine } from "../text.ts";
import { readNumber } from "../units.ts";

const EXPECTED = 'an object { "url": "https://…", "body": { … } }, and "headers" where some count';

export const why: Command = {
  name: "why",
  operands: "FILE",
  takes: [1, 1],
  about: "tell whether a request would be a hit, and if not, what comes nearest and differs",
  more: [
    `The file holds the request as JSON: ${EXPECTED}. A - stands for standard input. Nothing goes out.`,
    "It does not know the options of your program. Where aliases, headers, normalize, ignore, key or dialects change " +
    "what counts, ask cache.why() there.",
    "With --json: what cache.why() gives.",
  ],
  options: {
    namespace: { value: "NAME", about: "the namespace of the face that would ask" },
    sample: { value: "N", about: "which draw of the request is meant" },
  },
  examples: [
    ["llmcache why request.json", "explain a request"],
    ["llmcache why - < request.json", "the same, from standard input"],
  ],
  async run({ terminal, say, operands, option, open }) {
    const [name = ""] = operands;
    const [namespace, sample] = [option("namespace"), option("sample")];
    const face = {
      ...(namespace !== undefined && { namespace }),
      ...(sample !== undefined && { sample: readNumber(sample, "--sample", 0) }),
    };
    const request = readRequest(await readText(name, terminal), name);
    const { cache } = await open();
    const told = await cache.with(face).why(request);
    if (say.isJson) {
      await say.json(told);
      return EXIT.done;
    }
    await say.text(oneLine(messageOf(new Error(told.message))));
    const near = told.nearest?.key ?? told.key;
    if (near !== undefined && (told.nearest || told.status === "hit")) {
      await say.text(`See llmcache show ${shortKey(near)}`);
    }
    return EXIT.done;
  },
};

function readRequest(text: string, name: string): PlainRequest {
  const what = name === "-" ? "standard input" : name;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CommandError(`${what} is no JSON (${messageOf(error)}); it must be ${EXPECTED}.`);
  }
  const { url, body } = Object(value) as Partial<PlainRequest>;
  if (typeof url === "string" && body !== undefined) return value as PlainRequest;
  throw new CommandError(`${what} must be ${EXPECTED}; ${missing(url, body)}.`);
}

function missing(url: unknown, body: unknown): string {
  if (typeof url === "string") return "there is no body";
  if (body !== undefined) return "there is no url";
  return "there is neither";
}
