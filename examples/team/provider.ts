import process from "node:process";

/** Who answers the calls. */
export interface Provider {
  /** For people: who it is. */
  readonly introduction: string;
  readonly model: string;
  /** What `new OpenAI()` is given; what is left out it takes from the environment. */
  readonly client: { readonly apiKey?: string; readonly baseURL?: string };
  /** A stable name for an address that changes with every run. */
  readonly aliases: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** The provider the environment names, else a stand-in on this machine. */
export async function findProvider(): Promise<Provider> {
  const { OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_MODEL } = process.env;
  if (!OPENAI_API_KEY) return await standIn();
  const model = OPENAI_MODEL || "gpt-5.4-mini";
  return {
    introduction: `Talking to ${OPENAI_BASE_URL || "https://api.openai.com/v1"}, model ${model}.`,
    model,
    client: {},
    aliases: {},
    close: () => Promise.resolve(),
  };
}

async function standIn(): Promise<Provider> {
  // Only now: whoever brings a key needs none of it.
  const { startStandIn } = await import("./stand-in.ts");
  const { origin, close } = await startStandIn();
  return {
    introduction: "OPENAI_API_KEY is not set: a stand-in on this machine plays the model, at " +
      `${origin},\nand takes as long as a real one. The calls are real, only the words are not.`,
    model: "stand-in",
    client: { apiKey: "none", baseURL: `${origin}/v1` },
    // The origin is part of what makes two requests the same, and the port is another every time.
    aliases: { [origin]: "stand-in" },
    close,
  };
}
