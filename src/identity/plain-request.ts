/**
 * A request to ask about, without sending it.
 *
 * @module
 */

import { show } from "../options/rules.ts";
import { type Call, readCall } from "../request.ts";

/** A request as it is described by hand; a `Request` will do as well. */
export interface PlainRequest {
  /** Where it goes; `"function"` for the request of a cached function. */
  readonly url: string | URL;
  /** Its JSON, as text or as a value; for a cached function what it is asked, as it is. */
  readonly body: unknown;
  /** Those that count, such as `anthropic-version`, and `cache-control`. */
  readonly headers?: Headers | Readonly<Record<string, string>> | undefined;
}

/** Reads it as a call. */
export function plainCall(request: Request | PlainRequest): Call {
  if (isRequest(request)) {
    if (!request.bodyUsed) return readCall(request, undefined);
    throw new TypeError(
      "llmcache: the body of this Request was read when it was sent; give its `url` and `body` instead.",
    );
  }
  const { url, body, headers } = Object(request) as Partial<PlainRequest>;
  if (url === undefined || body === undefined) {
    throw new TypeError(
      "llmcache: a request to ask about must be a Request, or an object with `url` and `body`; it is " +
        `${show(request)}.`,
    );
  }
  return readCall(String(url), {
    method: "POST",
    ...(headers && { headers }),
    body: typeof body === "string" && !isOfFunction(request) ? body : JSON.stringify(body),
  });
}

/** Whether it is the request of a cached function. */
export function isOfFunction(request: Request | PlainRequest): boolean {
  return request.url === "function";
}

function isRequest(request: Request | PlainRequest): request is Request {
  return typeof (request as Partial<Request> | null)?.clone === "function";
}
