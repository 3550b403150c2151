/**
 * What happened, told once for every call, and once for every fault of a store.
 *
 * @module
 */

import type { Form, Usage } from "./dialect.ts";

/** What every event about one identified request tells. */
export interface CallFacts {
  /** The store key: 64 hex digits of the identity, a dot and the form. */
  readonly key: string;
  /** How the answer travels. */
  readonly form: Form;
  /** The wire format, `openai-chat` for one; `function` for a cached function. */
  readonly dialect: string;
  /** The model, where the request names one. */
  readonly model?: string;
  /** The namespace of the face that was called, or of the call itself. */
  readonly namespace: string;
  /** Which draw of the request was asked for. */
  readonly sample: number;
  /** From the call to the answer's end, in milliseconds. */
  readonly milliseconds: number;
  /** Size of the answer in bytes. */
  readonly bytes: number;
  /** Tokens as the provider counted them. */
  readonly usage?: Usage;
}

/** The answer came from the store; nothing went out. */
export interface HitEvent extends CallFacts {
  /** Served from the store. */
  readonly status: "hit";
  /** When the answer was recorded, in milliseconds since 1970. */
  readonly recordedAt: number;
  /** What the hit saved. */
  readonly saved: Saved;
  /**
   * `items` where the answer was put together from vectors that are known of other batches; `waited`
   * where another process was asking for it, and the call waited for that.
   */
  readonly detail?: string;
}

/** Upstream failed, and a stored answer was served although its time was over. */
export interface StaleEvent extends Omit<HitEvent, "status"> {
  /** Served from the store after the call had failed. */
  readonly status: "stale";
  /** How upstream failed: `network-error`, `status 503`; `failed` for a cached function. */
  readonly reason: string;
}

/** What a hit, or to join a call, saved. */
export interface Saved {
  /** How much longer the recorded call took, or for how long the one that was joined had been under way. */
  readonly milliseconds: number;
  /** Tokens that were not paid for. */
  readonly tokens: number;
}

/** The call went out: nothing was stored (`miss`), or it was to be asked anew (`refresh`). */
export interface MissEvent extends CallFacts {
  /** Not in the store, or to be asked anew. */
  readonly status: "miss" | "refresh";
  /** Whether the answer is in the store now. */
  readonly stored: boolean;
  /** Why it is not: `status 429`, `cut`, `content_filter`, `too-large`, `should-store`, `rejected` … */
  readonly reason?: string;
  /**
   * Why an entry that exists did not serve: `expired`, `max-age`, `lossy`, `damaged`, `rejected` …; `partial` where of
   * a batch only what was unknown went out.
   */
  readonly detail?: string;
  /** What to change, where there is something: what a dialect of your own did wrong. */
  readonly hint?: string;
}

/** The call joined one that was already under way. */
export interface CollapsedEvent extends CallFacts {
  /** Shared with a call under way. */
  readonly status: "collapsed";
  /** What that saved. */
  readonly saved: Saved;
}

/** The caller aborted before there was an answer, and no call had gone out for them. */
export interface CancelledEvent extends Partial<CallFacts> {
  /** Aborted. */
  readonly status: "cancelled";
  /** The URL as far as it may be shown. */
  readonly url: string;
  /** For how long they had waited, in milliseconds. */
  readonly milliseconds: number;
}

/** The request was not stored and nothing went out: in `replay` mode, or under `only-if-cached`. */
export interface ReplayMissEvent extends Partial<CallFacts> {
  /** Refused. */
  readonly status: "replay-miss";
  /** Why nothing went out. */
  readonly reason: "replay" | "only-if-cached";
  /** The URL as far as it may be shown; `function` for a cached function. */
  readonly url: string;
  /** How long it took to say so, in milliseconds. */
  readonly milliseconds: number;
  /** Why it was not found, where there is more to say than that it is not there. */
  readonly detail?: string;
}

/** The call passed through untouched and unstored. */
export interface BypassEvent {
  /** Passed through. */
  readonly status: "bypass";
  /** Why: `unsupported-endpoint`, `unnamed-model`, `mode-off`, `no-store` … */
  readonly detail: string;
  /** The wire format, where it was told. */
  readonly dialect?: string;
  /** From the call to the answer's headers, in milliseconds; of a function nothing is looked at, so 0. */
  readonly milliseconds: number;
  /** The URL as far as it may be shown; `function` for a cached function. */
  readonly url: string;
  /** What to change so that the call is cached, where there is something. */
  readonly hint?: string;
}

/** A store failed, was too slow, or held something damaged; the call went on without it. */
export interface FaultEvent {
  /** Not about a call, but about the store. */
  readonly status: "fault";
  /** What was being done. */
  readonly operation: "open" | "get" | "set" | "delete" | "keys" | "claim" | "tidy" | "close";
  /** What the store threw, or an LlmcacheError. */
  readonly error: unknown;
  /** The store key, where the fault is about one. */
  readonly key?: string;
}

/**
 * What `onEvent` is told; `status` says which. One for each call, when its answer has come to an end
 * or was left, and one for each fault of the store.
 */
export type CacheEvent =
  | HitEvent
  | StaleEvent
  | MissEvent
  | CollapsedEvent
  | CancelledEvent
  | ReplayMissEvent
  | BypassEvent
  | FaultEvent;

/** Takes events; what it returns or throws changes nothing. */
export type EventListener = (event: CacheEvent) => unknown;

/** Tells an event: a listener that throws or rejects must not break the call it is told about. */
export function tell(listener: EventListener | undefined, event: CacheEvent): void {
  if (!listener) return;
  try {
    // What is told of a call is still needed after it; each listener gets its own.
    const usage = "usage" in event && event.usage && { usage: { ...event.usage } };
    const result = listener({ ...event, ...usage } as CacheEvent);
    if (result instanceof Promise) result.catch(() => {});
  } catch {
    // The listener's own trouble.
  }
}
