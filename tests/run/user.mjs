import { cleanEnv, run } from "./proc.mjs";

/** What a user writes: one line is ours. The answers are printed, so that runs can be compared. */
export const script = (ours, sdk) =>
  `${ours}
import OpenAI from ${JSON.stringify(sdk)};

const openai = cachedChat(new OpenAI());
const messages = [{ role: "user" as const, content: "hello" }];
const whole = await openai.chat.completions.create({ model: "m", messages });
const parts: string[] = [];
const stream = await openai.chat.completions.create({ model: "m", messages, stream: true });
for await (const chunk of stream) parts.push(chunk.choices[0]?.delta?.content ?? "");
console.log(JSON.stringify({ whole, parts }));
`;

/** The same for a runtime that takes no types. */
export const untyped = (ours, sdk) =>
  script(ours, sdk).replace(" as const", "").replace(": string[]", "");

/**
 * Runs a user's script twice, each time a new process, with a home that was empty before.
 *
 * @returns lines for what is not as it must be; none is good.
 */
export async function twice(
  name,
  command,
  args,
  { cwd, upstream, calls = 2, same = true, extra = {} },
) {
  const env = cleanEnv({
    OPENAI_API_KEY: "no-key-needed",
    OPENAI_BASE_URL: upstream.baseURL,
    ...extra,
  });
  upstream.take();
  const first = await run(command, args, { cwd, env, seconds: 120 });
  const out = upstream.take();
  const second = await run(command, args, { cwd, env, seconds: 120 });
  const again = upstream.take();
  const bad = [];
  if (first.code !== 0 || out !== calls) {
    bad.push(`${name}: ${out} calls at first, not ${calls}\n${first.text}`);
  } else if (second.code !== 0 || again !== 0) {
    bad.push(`${name}: ${again} calls the second time, not 0\n${second.text}`);
  } else if (same && first.stdout !== second.stdout) {
    bad.push(`${name}: other answers\n${first.stdout}${second.stdout}`);
  }
  return bad;
}
