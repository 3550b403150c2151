import { cachedChat } from "jsr:@x/llmcache";
import OpenAI from "openai";

const $ = (id) => document.getElementById(id);

const openai = cachedChat(
  new OpenAI({ apiKey: "none", baseURL: `${location.origin}/v1`, dangerouslyAllowBrowser: true }),
  // The port is part of the origin, and the origin part of what makes two requests the same.
  { aliases: { [location.origin]: "playground" }, onEvent: (event) => addRow(event) },
);

/** Shows what became of a call; the newest is on top. */
function addRow({ status, milliseconds, usage, detail }) {
  const row = $("calls").insertRow(0);
  const cells = [
    $("question").value.trim().slice(0, 60),
    detail ? `${status} (${detail})` : status,
    milliseconds === undefined ? "" : Math.round(milliseconds),
    usage ? usage.input + usage.output : "",
  ];
  for (const [at, text] of cells.entries()) {
    const cell = row.insertCell();
    cell.textContent = text;
    cell.className = at === 1 ? status : at > 1 ? "number" : "";
  }
}

async function ask(content, isStreamed) {
  const request = { model: "stand-in", messages: [{ role: "user", content }] };
  if (!isStreamed) {
    const { choices } = await openai.chat.completions.create(request);
    $("answer").textContent = choices[0].message.content;
    return;
  }
  const options = { stream: true, stream_options: { include_usage: true } };
  const stream = await openai.chat.completions.create({ ...request, ...options });
  for await (const chunk of stream) {
    $("answer").textContent += chunk.choices[0]?.delta.content ?? "";
  }
}

$("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  $("answer").textContent = "";
  $("ask").disabled = true;
  try {
    await ask($("question").value.trim(), $("stream").checked);
  } catch (error) {
    $("answer").textContent = error.message;
    addRow({ status: "error", detail: error.name });
  } finally {
    $("ask").disabled = false;
  }
});

// Before this a click would send the form to the server.
document.documentElement.dataset.ready = "true";
