/**
 * The call of a cached function that goes out, and what of its answer is recorded.
 *
 * @module
 */

import { admitting } from "../flight/admit.ts";
import { commit } from "../flight/commit.ts";
import { elapsed, type Exchange } from "../exchange.ts";
import { type Opened as Answered, primed, type Source, type Tape } from "../flight/flight.ts";
import { type Lead, noting } from "../flight/lead.ts";
import { isAsyncIterable, type Piece, sourceOf } from "./pieces.ts";
import type { Account } from "../flight/spare.ts";
import { createTape } from "../flight/tape.ts";

/** What is known of an answer before its first piece. */
export interface FunctionHead {
  /** Whether the function answered with an async iterable. */
  readonly streams: boolean;
  readonly lead: Lead;
}

/** Makes the call; rejects where the function fails. */
export async function launch(
  exchange: Exchange,
  { fail, report, hasSpare }: Account,
  out: () => unknown,
): Promise<Answered<FunctionHead, Piece>> {
  const admit = admitting(exchange, commit);
  let value: unknown;
  let source: Source<Piece>;
  try {
    value = await out();
    source = sourceOf(value);
    if (hasSpare) source = await primed(source);
  } catch (error) {
    fail("failed");
    throw error;
  }
  const streams = isAsyncIterable(value);
  const lead: Lead = { started: exchange.started };
  const { asked, dialect } = exchange.known;
  const isAsked = streams === (asked.form === "stream");
  if (!isAsked) fail("other-form");
  const tape = !isAsked ? null : createTape({
    recorder: dialect.record(asked),
    holdsLast: !streams,
    storeIncomplete: exchange.settings.storeIncomplete,
    elapsed: () => elapsed(exchange),
    commit: (take) => admit({ status: 200, headers: {} }, take),
    report: noting(lead, report),
  });
  return { head: { streams, lead }, source, tape: tape && tapeOfPieces(tape) };
}

/** A value that JSON would change is handed over but not recorded. */
function tapeOfPieces(tape: Tape<Uint8Array>): Tape<Piece> {
  return {
    ...tape,
    push({ line }) {
      if (line) return tape.push(line);
      tape.drop("not-json");
      return false;
    },
  };
}
