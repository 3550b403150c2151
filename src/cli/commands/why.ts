/**
 * `llmcache why`
 *
 * @module
 */

import { describeDifference } from "../../nearest/describe.ts";
import type { PlainRequest } from "../../identity/plain-request.ts";
import type { Why } from "../../why.ts";
import type { Command } from "../command.ts";
import { CommandError, EXIT, messageOf } from "../errors.ts";
import { readText } from "../files.ts";
import { shortKey } from "../keys.ts";
import { oneLine } from "../text.ts";
import { formatCount, formatTime, readNumber } from "../units.ts";

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
    await say.text(explain(told).map(oneLine).join("\n"));
    return EXIT.done;
  },
};

/** How many fields are told in which it differs. */
const TOLD = 20;

function explain({ status, message, key, nearest, compared = 0, unkept = 0 }: Why): string[] {
  const see = (key: string) => `See llmcache show ${shortKey(key)}`;
  const isHit = status === "hit" && key !== undefined;
  if (!nearest || nearest.differences.length === 0) {
    return [messageOf(new Error(message)), ...(isHit ? [see(key)] : [])];
  }
  const { differences, recordedAt } = nearest;
  const rest = differences.length - TOLD;
  const which = compared === 1
    ? "The only stored request"
    : `The nearest of ${compared} stored requests`;
  return [
    "It is not in the cache.",
    `${which} of this format, recorded ${formatTime(recordedAt)}, differs:`,
    ...differences.slice(0, TOLD).map((each) => `- ${describeDifference(each)}`),
    ...(rest > 0 ? [`- and in ${formatCount(rest)} more`] : []),
    ...(unkept > 0
      ? [`${formatCount(unkept)} more cannot be compared: their requests were not kept.`]
      : []),
    see(nearest.key),
  ];
}

function readRequest(text: string, name: string): PlainRequest {
  const what = name === "-" ? "standard input" : name;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CommandError(`${what} is no JSON (${messageOf(error)}); it must be ${EXPECTED}.`);
  }
  const { url, body, headers } = Object(value) as Partial<PlainRequest>;
  if (typeof url !== "string" || body === undefined) {
    throw new CommandError(`${what} must be ${EXPECTED}; ${missing(url, body)}.`);
  }
  try {
    new Headers(headers);
  } catch (error) {
    throw new CommandError(`the headers in ${what} cannot be used (${messageOf(error)}).`);
  }
  return value as PlainRequest;
}

function missing(url: unknown, body: unknown): string {
  if (typeof url === "string") return "there is no body";
  if (body !== undefined) return "there is no url";
  return "there is neither";
}
