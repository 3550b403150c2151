import { openaiResponses } from "../src/dialects/openai-responses.ts";
import { meaning } from "./openai-responses-places.ts";
import { recordingLaws } from "./recording-laws.ts";

recordingLaws({
  file: "openai-responses.jsonl",
  dialect: openaiResponses,
  request: { model: "m", input: "q" },
  meaning,
  isKeepable,
  isPassing: (body) =>
    /"(conversation|background|container|require_approval)":/.test(JSON.stringify(body)),
});

function isKeepable(text: string, stream: boolean, body: Record<string, unknown>): boolean {
  const data = text.split("\n").filter((line) => line.startsWith("data:"));
  const last = stream
    ? data.findLast((line) => /"type": ?"response\.(completed|incomplete)"/.test(line))
    : text;
  if (last === undefined || /"type": ?"refusal"/.test(last)) return false;
  const { response, ...rest } = parsed(last.replace(/^data: ?/, ""));
  const { object, status, incomplete_details, output } = response ?? rest;
  if (object !== "response") return false;
  const isSaid = output.length > 0 || /"response\.output_item\.done"/.test(text);
  if (status === "completed") return isSaid;
  return incomplete_details?.reason === "max_output_tokens" && isSaid &&
    typeof body.max_output_tokens === "number";
}

/** One recording has lost the last brace of its last event, so no SDK can read it. */
function parsed(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
