// Embeddings in the wire formats of OpenAI (and Mistral), Ollama and Gemini: three numbers a text.

const vector = (text) =>
  [3, 5, 7].map((prime) => {
    let sum = prime;
    for (const letter of text) sum = (sum * prime + letter.codePointAt(0)) % 256;
    return Math.fround(sum / 256 - 0.5);
  });

const encoded = (text) => Buffer.from(new Float32Array(vector(text)).buffer).toString("base64");
const textOf = ({ content }) => content.parts.map(({ text }) => text).join("");

function openai({ input, model, encoding_format: format }) {
  const data = [input].flat().map((text, index) => ({
    object: "embedding",
    index,
    embedding: format === "base64" ? encoded(text) : vector(text),
  }));
  const usage = { prompt_tokens: data.length, total_tokens: data.length, completion_tokens: 0 };
  return { id: "emb", object: "list", model, data, usage };
}

/** What a body is answered with, by the end of its path; nothing where it asks for no embeddings. */
export function embed(path, body) {
  if (path.endsWith("/embeddings")) return openai(JSON.parse(body));
  if (path.endsWith("/api/embed")) {
    const { model, input } = JSON.parse(body);
    return { model, embeddings: [input].flat().map(vector), prompt_eval_count: 1 };
  }
  if (path.endsWith(":batchEmbedContents")) {
    const { requests } = JSON.parse(body);
    return { embeddings: requests.map((one) => ({ values: vector(textOf(one)) })) };
  }
  if (path.endsWith(":embedContent")) {
    return { embedding: { values: vector(textOf(JSON.parse(body))) } };
  }
}
