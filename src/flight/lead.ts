/**
 * What a call that others join lets them know.
 *
 * @module
 */

import type { Usage } from "../dialect.ts";
import { tell } from "../events.ts";
import { type Exchange, facts } from "../exchange.ts";
import type { Outcome } from "./tape.ts";

/** The call that leads. */
export interface Lead {
  /** When it went out, in milliseconds since 1970. */
  readonly started: number;
  /** Its tokens, once they are known. */
  usage?: Usage;
}

/** Notes the tokens of the call that leads as it is told of. */
export function noting(lead: Lead, report: (outcome: Outcome) => void): typeof report {
  return (outcome) => {
    if (outcome.verdict?.usage) lead.usage = outcome.verdict.usage;
    report(outcome);
  };
}

/** Tells of a call that joined another, once it is done with. */
export function tellCollapsed(exchange: Exchange, { started, usage }: Lead, bytes: number): void {
  tell(exchange.settings.onEvent, {
    status: "collapsed",
    ...facts(exchange, bytes),
    ...(usage && { usage }),
    saved: {
      milliseconds: Math.max(0, exchange.started - started),
      tokens: usage ? usage.input + usage.output : 0,
    },
  });
}
