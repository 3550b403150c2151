/**
 * Of several processes that ask the same, one calls out: the one that holds a claim on the key, where their
 * store can give one. The others wait until its answer is in the store, or until nobody holds the key
 * any more: then one of them takes the next turn.
 *
 * Within a process there are flights for that; so a claim that this process holds itself, for a caller
 * with other credentials or for an answer that was rejected, is no reason to wait.
 *
 * @module
 */

import { breathe } from "../time/breathe.ts";
import { elapsed, type Exchange, faultTeller } from "../exchange.ts";
import type { Opened as Answered, Source } from "./flight.ts";
import { type GuardedClaim, NOBODYS } from "../guard/claim.ts";
import { carryItems } from "../batch/items.ts";
import { createLease, LEASE, type Lease } from "./lease.ts";
import { ASKED_ANEW, lookAgain, lookUp, type Missing, type Served } from "../lookup.ts";
import type { Account } from "./spare.ts";

/** Stands for the answer where none was called for: another process's has landed in the store. */
export const LANDED: unique symbol = Symbol("landed");
/** The type of {@linkcode LANDED}. */
export type Landed = typeof LANDED;

/**
 * The longest a call waits for others, in milliseconds. It does not go by how the other call fares: that
 * may hang, or end without an answer that can be stored.
 */
const LONGEST_WAIT = 60_000;

/** The pauses between looks, in milliseconds: about a fifth of the time that has passed, up to a limit. */
const FIRST_PAUSE = 5;
const LONGEST_PAUSE = 200;
const GROWTH = 1.25;

/** Makes a call that goes out. */
type Launch<H, T> = (exchange: Exchange, account: Account) => Promise<Answered<H, T>>;

/**
 * Makes a call when it is its turn; at once where the store cannot claim, or the call is to go out anyway.
 *
 * @param signal the call's own.
 * @param launch makes the call; gets the exchange with the time at which it goes out.
 */
export function inTurn<H, T>(
  exchange: Exchange,
  account: Account,
  signal: AbortSignal,
  launch: Launch<H, T>,
): Promise<Answered<H | Landed, T>> {
  const { opened: { store }, policy } = exchange;
  if (!store.canClaim || policy.asksAnew) return launch(exchange, account);
  return claimAndLaunch(exchange, account, signal, launch);
}

async function claimAndLaunch<H, T>(
  exchange: Exchange,
  account: Account,
  signal: AbortSignal,
  launch: Launch<H, T>,
): Promise<Answered<H | Landed, T>> {
  const turn = await takeTurn(exchange, signal);
  if (turn === LANDED) return { head: LANDED, source: NOTHING, tape: null };
  if (signal.aborted) {
    if (turn) giveUp(exchange, turn);
    throw signal.reason;
  }
  const { now } = exchange.settings;
  const sent = carryItems(exchange, { ...exchange, started: now() });
  return turn
    ? await launchOn(leaseOf(exchange, turn), sent, account, launch)
    : launch(sent, account);
}

const NOTHING: Source<never> = { read: () => Promise.resolve(null), cancel() {} };

/** What has landed, as far as it serves this caller, who may have asked for it to be made anew. */
export async function lookUpLanded(exchange: Exchange): Promise<Served | Missing> {
  const { opened: { landings }, known: { key }, policy } = exchange;
  if (policy.asksAnew) return ASKED_ANEW;
  const served = await lookAgain(exchange);
  if (served) return { ...served, detail: "waited" };
  return await landings.look(key, () => lookUp(exchange));
}

/** Waits for the turn; `null`: the call goes out without it. */
async function takeTurn(
  exchange: Exchange,
  signal: AbortSignal,
): Promise<GuardedClaim | Landed | null> {
  const { opened: { store, claimed }, known: { key }, settings } = exchange;
  const onFault = faultTeller(settings);
  let waited = 0;
  for (let pause = FIRST_PAUSE;; pause = Math.min(LONGEST_PAUSE, pause * GROWTH)) {
    const claim = await store.claim(key, LEASE, onFault);
    if (claim === NOBODYS) return null;
    if (claim) return await ifStillMissing(exchange, claim);
    const isOver = Math.max(waited, elapsed(exchange)) + pause > LONGEST_WAIT;
    if (isOver || claimed.has(key)) return null;
    // Whatever a pause fails with, it is not the caller's concern.
    await settings.wait(pause, signal).catch(() => {});
    signal.throwIfAborted();
    waited += pause;
    await breathe();
    if (await lookAgain(exchange)) return LANDED;
  }
}

/** Someone may have stored the answer, and given up the claim, since it was looked for. */
async function ifStillMissing(
  exchange: Exchange,
  claim: GuardedClaim,
): Promise<GuardedClaim | Landed> {
  exchange.opened.claimed.add(exchange.known.key);
  if (!await lookAgain(exchange)) return claim;
  giveUp(exchange, claim);
  return LANDED;
}

function giveUp({ core, opened, known }: Exchange, claim: GuardedClaim): void {
  opened.claimed.delete(known.key);
  core.track(claim.release());
}

function leaseOf({ core, opened, known, settings }: Exchange, claim: GuardedClaim): Lease {
  return createLease(claim, settings.rest, (release) => {
    opened.claimed.delete(known.key);
    return core.track(release);
  });
}

/** Makes the call, and gives up the claim as soon as it is known what became of it. */
async function launchOn<H, T>(
  lease: Lease,
  exchange: Exchange,
  account: Account,
  launch: Launch<H, T>,
): Promise<Answered<H, T>> {
  const told: Account = {
    ...account,
    fail(reason) {
      lease.end();
      account.fail(reason);
    },
    report(outcome) {
      lease.end();
      account.report(outcome);
    },
  };
  const { head, source, tape } = await lease.during(launch(exchange, told));
  return {
    head,
    source: { ...source, read: async () => await lease.during(source.read()) },
    tape: tape && {
      ...tape,
      push: (chunk) => lease.during(tape.push(chunk)),
      end: () => lease.during(tape.end()),
    },
  };
}
