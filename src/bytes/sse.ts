/**
 * Server-sent events, split as the HTML standard has it (section 9.2.6).
 *
 * @module
 */

import { joinBytes } from "./bytes.ts";

/** One dispatched event. */
export interface SseEvent {
  /** The last `event` field; `""` where there was none. */
  readonly name: string;
  /** The `data` fields, joined by line feeds. */
  readonly data: string;
  /**
   * Where the event's own lines lie, from start to end, in bytes since the beginning: its fields and
   * its blank line, without the comments that stand among them.
   */
  readonly spans: readonly (readonly [start: number, end: number])[];
}

/** Splits a stream of bytes into events. */
export interface SseParser {
  /** Takes the next bytes, cut anywhere, and gives the events they complete. */
  push(bytes: Uint8Array): SseEvent[];
  /** Gives what stands at the end without its blank line, if but a letter; no event to the standard. */
  end(): SseEvent[];
}

/** Fields the standard names; a line of any other is to be ignored. */
const FIELDS = ["data", "event", "id", "retry"];

/**
 * Starts to split a stream.
 *
 * @param onStray told of each line that is no field of the standard: Gemini breaks off a stream with
 *   a JSON error outside of any event.
 */
export function createSseParser(onStray?: (line: string) => void): SseParser {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const lines = createLines(read);
  let events: SseEvent[] = [];
  let spans: [number, number][] = [];
  let data: string[] = [];
  let name = "";

  function read(bytes: Uint8Array, start: number, end: number): void {
    const text = decoder.decode(bytes);
    const line = start === 0 ? text.replace(/^\ufeff/, "") : text;
    if (line.startsWith(":")) return;
    spans.push([start, end]);
    if (line === "") return dispatch();
    const [, field, value] = /^([^:]*)(?:: ?)?(.*)$/s.exec(line)!;
    if (field === "data") data.push(value!);
    if (field === "event") name = value!;
    if (onStray && !FIELDS.includes(field!)) onStray(line);
  }

  function dispatch(isLeft = false): void {
    const text = data.join("\n");
    if (text !== "" || isLeft) events.push({ name, data: text, spans });
    [spans, data, name] = [[], [], ""];
  }

  return {
    push(bytes) {
      events = [];
      lines.push(bytes);
      return events;
    },
    end() {
      events = [];
      lines.end();
      if (spans.length > 0) dispatch(true);
      return events;
    },
  };
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** Splits bytes into lines, each told with its place; the line break counts to the place. */
function createLines(read: (line: Uint8Array, start: number, end: number) => void) {
  let pieces: Uint8Array[] = [];
  let start = 0;
  let at = 0;
  // A carriage return came last, and a line feed may still belong to it. The line waits for that,
  // unless returns have stood alone so far: an event must not wait for bytes that never come.
  let waits = false;
  let skips = false;
  let standAlone = false;

  function finish(end: number): void {
    const line = pieces.length === 1 ? pieces[0]! : joinBytes(pieces);
    const from = start;
    [pieces, start] = [[], end];
    read(line, from, end);
  }

  function settleReturn(next: number | undefined): number {
    const used = (waits || skips) && next === LINE_FEED ? 1 : 0;
    if (skips) start += used;
    if (waits) {
      standAlone = used === 0;
      finish(at + used);
    }
    waits = skips = false;
    return used;
  }

  return {
    push(bytes: Uint8Array): void {
      if (bytes.length === 0) return;
      let from = settleReturn(bytes[0]);
      for (let index = from; index < bytes.length; index++) {
        const byte = bytes[index];
        if (byte !== LINE_FEED && byte !== CARRIAGE_RETURN) continue;
        pieces.push(bytes.subarray(from, index));
        from = index + 1;
        if (byte === CARRIAGE_RETURN) {
          if (from === bytes.length) {
            waits = !standAlone;
            skips = standAlone;
          } else {
            standAlone = bytes[from] !== LINE_FEED;
            if (!standAlone) from = ++index + 1;
          }
        }
        if (!waits) finish(at + from);
      }
      if (from < bytes.length) pieces.push(bytes.subarray(from));
      at += bytes.length;
    },
    end(): void {
      settleReturn(undefined);
      if (pieces.length > 0) finish(at);
    },
  };
}
