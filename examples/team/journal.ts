import type { CacheEvent, CallFacts } from "@x/llmcache";

/** Writes down what the cache tells of every call, as a table that grows while one looks on. */
export interface Journal {
  /** Takes an event: this is the `onEvent` of a cache. */
  note(this: void, event: CacheEvent): void;
  /** Begins a table. */
  begin(title: string): void;
  /** Sums up. */
  end(dir: string): void;
}

/** Makes an empty journal. */
export function createJournal(): Journal {
  const total = { calls: 0, hits: 0, milliseconds: 0, tokens: 0 };
  const turns = new Map<string, number>();

  return {
    note(event) {
      if (event.status === "fault") return console.log(`  ! ${event.operation}: ${event.error}`);
      total.calls++;
      if ("url" in event) return line("-", event.status, "", "", event.url);
      if (event.status === "hit") {
        total.hits++;
        total.milliseconds += event.saved.milliseconds;
        total.tokens += event.saved.tokens;
      }
      const turn = (turns.get(event.namespace) ?? 0) + 1;
      turns.set(event.namespace, turn);
      lineOf(event, turn);
    },
    begin(title) {
      turns.clear();
      console.log(`\n${title}`);
      line("call", "status", "ms", "tokens");
    },
    end(dir) {
      console.log(`
Calls avoided   ${total.hits} of ${total.calls}
Time saved      ${(total.milliseconds / 1000).toFixed(1)} s
Tokens saved    ${total.tokens.toLocaleString("en")}
Entries         ${dir}`);
    },
  };
}

function lineOf(event: CallFacts & { status: string; reason?: string }, turn: number): void {
  const { namespace, form, status, milliseconds, usage, reason } = event;
  line(
    `${namespace}, call ${turn}${form === "stream" ? " (streamed)" : ""}`,
    status,
    milliseconds < 1 ? "< 1" : Math.round(milliseconds).toLocaleString("en"),
    usage ? (usage.input + usage.output).toLocaleString("en") : "",
    reason && `not stored: ${reason}`,
  );
}

function line(call: string, status: string, milliseconds = "", tokens = "", remark = ""): void {
  const numbers = milliseconds.padStart(8) + tokens.padStart(8);
  console.log(`  ${call.padEnd(28)}${status.padEnd(8)}${numbers}  ${remark}`.trimEnd());
}
