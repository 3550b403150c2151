/**
 * An answer as the option `shouldStore` gets it.
 *
 * @module
 */

import { jsonOf } from "../serving/answer-places.ts";
import { joinBytes } from "../bytes/bytes.ts";
import type { Reply } from "./commit.ts";
import type { Dialect, Form, Usage } from "../dialect.ts";
import { elapsed, type Exchange } from "../exchange.ts";
import { redacted } from "../identity/secrets.ts";
import type { Take } from "./tape.ts";

/** An answer that has come back whole, before it is stored. */
export interface Answer {
  /** The store key it would lie under. */
  readonly key: string;
  /** How it came. */
  readonly form: Form;
  /** The wire format, `openai-chat` for one; `function` for a cached function. */
  readonly dialect: string;
  /** The model, where the request names one. */
  readonly model?: string;
  /** The status of the response, 2xx; 200 for a cached function. */
  readonly status: number;
  /** The headers of the response that would be stored. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as it came. */
  readonly text: string;
  /**
   * The body, parsed: of a stream a list of what its events hold, or of the values of a function;
   * `undefined` where it is no JSON.
   */
  readonly json: unknown;
  /** The answer's own id. */
  readonly id?: string;
  /** Tokens as the provider counted them. */
  readonly usage?: Usage;
  /** How long the call took, in milliseconds. */
  readonly milliseconds: number;
  /** What it is the answer to, as it would be stored: credentials are `"[redacted]"`. */
  readonly request: {
    /** The URL as far as it may be shown; `function` for a cached function. */
    readonly url: string;
    /** The body, parsed. */
    readonly body: unknown;
  };
}

const decoder = new TextDecoder();

/** Makes it; what takes work is done when it is asked for. */
export function answerOf(exchange: Exchange, reply: Reply, { answer, verdict }: Take): Answer {
  const { key, asked, dialect, shown: url, text } = exchange.known;
  let bytes: Uint8Array | undefined;
  const body = () => bytes ??= joinBytes(answer);
  return {
    key,
    form: asked.form,
    dialect: dialect.name,
    ...(asked.model !== undefined && { model: asked.model }),
    status: reply.status,
    headers: { ...reply.headers },
    get text() {
      return decoder.decode(body());
    },
    get json() {
      return asked.form === "whole" ? parse(decoder.decode(body())) : valuesIn(body(), dialect);
    },
    ...(verdict.id !== undefined && { id: verdict.id }),
    ...(verdict.usage && { usage: { ...verdict.usage } }),
    milliseconds: elapsed(exchange),
    request: {
      url,
      get body() {
        return JSON.parse(redacted(dialect.shape, text, JSON.parse(text)));
      },
    },
  };
}

function valuesIn(bytes: Uint8Array, { name }: Dialect): unknown[] {
  // A function's values can be anything, each in a line.
  if (name === "function") return decoder.decode(bytes).split("\n").filter(Boolean).map(parse);
  return [...jsonOf(bytes, "stream")].map(([from, to]) =>
    parse(decoder.decode(bytes.subarray(from, to)))
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
