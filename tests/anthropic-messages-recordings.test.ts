import { anthropicMessages } from "../src/dialects/anthropic-messages.ts";
import { meaning } from "./anthropic-messages-places.ts";
import { recordingLaws } from "./recording-laws.ts";

recordingLaws({
  file: "anthropic-messages.jsonl",
  dialect: anthropicMessages,
  request: { model: "m", messages: [], max_tokens: 1024 },
  meaning,
  isKeepable,
  isPassing: ({ container }) => container !== undefined && container !== null,
});

function isKeepable(text: string, stream: boolean, { max_tokens }: Record<string, unknown>) {
  if (stream && !/^data: ?\{"type": ?"message_stop"/m.test(text)) return false;
  if (/^event: error$/m.test(text)) return false;
  const { stop_reason: whole, content } = stream
    ? { stop_reason: "", content: [0] }
    : JSON.parse(text);
  const deltas = text.matchAll(/^data: ?\{.*"type": ?"message_delta".*$/gm);
  const ends = [...deltas].flatMap(([line]) => /"stop_reason": ?"(\w+)"/.exec(line)?.[1] ?? []);
  const reason = stream ? ends.at(-1) : whole;
  if (stream ? !/"type": ?"content_block_start"/.test(text) : content.length === 0) return false;
  if (reason === "max_tokens") return typeof max_tokens === "number";
  return ["end_turn", "tool_use", "stop_sequence", "pause_turn", "compaction"].includes(reason);
}
