import type OpenAI from "openai";

/** The team: a researcher with a tool, and a writer who streams. */
export interface Team {
  /** Does the whole job and returns what the writer wrote. */
  work(): Promise<string>;
}

/** Whom a team is made of: ordinary clients of the SDK. */
export interface Members {
  readonly researcher: OpenAI;
  readonly writer: OpenAI;
  readonly model: string;
}

/** Makes a team. Nothing in here knows of a cache. */
export function createTeam({ researcher, writer, model }: Members): Team {
  return {
    async work() {
      const facts = await research(researcher, model);
      return write(writer, model, facts);
    },
  };
}

async function research(openai: OpenAI, model: string): Promise<string> {
  const runner = openai.chat.completions.runTools({
    model,
    messages: [
      {
        role: "system",
        content: "You are a researcher. Look things up, then answer in two lines.",
      },
      { role: "user", content: "How do Brooklyn Bridge and Golden Gate Bridge compare?" },
    ],
    tools: [
      {
        type: "function",
        function: {
          name: "look_up_bridge",
          description: "Year of opening and longest span, in metres, of one bridge.",
          parameters: {
            type: "object",
            properties: { name: { type: "string" } },
            required: ["name"],
          },
          parse: JSON.parse as (text: string) => { name: string },
          function: lookUpBridge,
        },
      },
    ],
  });
  return await runner.finalContent() ?? "";
}

const bridges: Record<string, object> = {
  brooklyn: { name: "Brooklyn Bridge", opened: 1883, span: 486 },
  "golden gate": { name: "Golden Gate Bridge", opened: 1937, span: 1280 },
};

function lookUpBridge({ name }: { name: string }): string {
  const found = Object.keys(bridges).find((known) => name.toLowerCase().includes(known));
  return JSON.stringify(found ? bridges[found] : { error: `no bridge called ${name}` });
}

async function write(openai: OpenAI, model: string, facts: string): Promise<string> {
  const stream = await openai.chat.completions.create({
    model,
    messages: [
      { role: "system", content: "You are a writer. Write three short sentences from the facts." },
      { role: "user", content: facts },
    ],
    stream: true,
    stream_options: { include_usage: true },
  });
  let text = "";
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
  return text;
}
