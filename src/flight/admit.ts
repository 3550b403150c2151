/**
 * Whether an answer that came back whole is stored: the user may say no, before (`shouldStore`) and
 * while it is on its way (`cache.reject`).
 *
 * @module
 */

import { answerOf } from "./answer.ts";
import { isPromise } from "../time/awaitable.ts";
import type { Reply } from "./commit.ts";
import type { Recorder } from "../dialect.ts";
import { checkOf } from "../entry.ts";
import { type Exchange, faultTeller } from "../exchange.ts";
import { readHeadline } from "../upkeep/listing.ts";
import { show } from "../options/rules.ts";
import type { Outcome, Take, Unstored } from "./tape.ts";
import { within } from "../time/within.ts";

/** Stores an answer; tells whether it is certainly there. Never throws. */
type Store = (exchange: Exchange, reply: Reply, take: Take) => Promise<boolean>;

/** Stores an answer; tells why it is not stored, if it is not. Never throws. */
type Admit = (reply: Reply, take: Take) => Promise<Unstored | undefined>;

/**
 * Begins to watch one call, before it goes out.
 *
 * @param store how its answer is stored.
 */
export function admitting(exchange: Exchange, store: Store): Admit {
  const { opened: { past }, known: { key, headers } } = exchange;
  past.noteHeaders(headers);
  const era = past.era(key);
  const isRejected = () => past.era(key) !== era;
  return async (reply, take) => {
    const refusal = await refusalOf(exchange, reply, take);
    if (refusal) return refusal;
    if (isRejected()) return REJECTED;
    const stored = await store(exchange, reply, take);
    if (!isRejected()) return stored ? undefined : { reason: "store-fault" };
    await takeOut(exchange, key);
    return REJECTED;
  };
}

/** What was rejected while it was written; what has been written over it since is another answer. */
export async function takeOut(
  { opened: { past, store }, settings }: Exchange,
  key: string,
): Promise<void> {
  const onFault = faultTeller(settings);
  const headline = await readHeadline(store, key, onFault);
  if (headline && past.isBarred(key, checkOf(headline))) await store.remove(key, onFault);
}

/** Lets an answer that is under way be known by its id, until it is told what became of it. */
export function watching(
  { opened: { past }, known: { key } }: Exchange,
  recorder: Recorder,
  report: (outcome: Outcome) => void,
): typeof report {
  const done = past.fly(key, () => {
    try {
      return recorder.verdict(false).id;
    } catch {
      return undefined; // A dialect can be a user's own.
    }
  });
  return (outcome) => {
    done();
    report(outcome);
  };
}

const REJECTED: Unstored = { reason: "rejected" };

/** What the user says against an answer. */
async function refusalOf(
  exchange: Exchange,
  reply: Reply,
  take: Take,
): Promise<Unstored | undefined> {
  const { shouldStore, storeTimeout, wait } = exchange.settings;
  if (!shouldStore) return undefined;
  try {
    const asked: unknown = shouldStore(answerOf(exchange, reply, take));
    const says = isPromise(asked) ? await within(asked, storeTimeout, wait, late) : asked;
    if (says === true) return undefined;
    if (says === false) return { reason: "should-store" };
    const instead = typeof says === "string" ? "a text" : show(says);
    return failed(`must return true or false, or a promise of it; it gave ${instead}`);
  } catch (error) {
    return failed(`failed: ${error instanceof Error ? error.message : show(error)}`);
  }
}

function late(timeout: number): Error {
  return new Error(`it did not answer within ${timeout} ms (option \`storeTimeout\`)`);
}

function failed(what: string): Unstored {
  return { reason: "should-store-hook", hint: `the option \`shouldStore\` ${what}` };
}
