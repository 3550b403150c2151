import type { CacheEvent } from "../mod.ts";

/** Collects events; `story` tells and forgets what happened since it was last asked. */
export function listen(): {
  readonly events: CacheEvent[];
  story(): string[];
  readonly onEvent: (event: CacheEvent) => void;
} {
  const events: CacheEvent[] = [];
  return {
    events,
    story: () => events.splice(0).map(sentence),
    onEvent: (event) => void events.push(event),
  };
}

function sentence(event: CacheEvent): string {
  const words: string[] = [event.status];
  if (event.status === "fault") words.push(event.operation);
  if ("detail" in event && event.detail) words.push(event.detail);
  if ("stored" in event && !event.stored) words.push(String(event.reason));
  return words.join(" ");
}
