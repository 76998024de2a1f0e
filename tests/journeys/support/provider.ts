import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** The name under which the provider's only model is listed. */
export const MODEL = "metronome";

interface ChatRequest {
  messages: { role: string; content: string | { text?: string }[] }[];
  stream?: boolean;
}

function lastQuestion({ messages }: ChatRequest): string {
  const content = messages.findLast(({ role }) => role === "user")?.content ?? "";
  return typeof content === "string" ? content : content.map((part) => part.text ?? "").join("");
}

/** "count to 40 every 50 ms" → the words 1 … 40 at that pace; anything else is repeated. */
function wordsFor(question: string): { words: string[]; everyMs: number } {
  const asked = /count to (\d+)(?: every (\d+) ms)?/.exec(question);
  if (asked === null) return { words: `You said: ${question}`.split(/(?<= )/), everyMs: 5 };
  const words = Array.from({ length: Number(asked[1]) }, (_, n) => `${n + 1} `);
  return { words, everyMs: Number(asked[2] ?? 5) };
}

/**
 * A model provider outside of the system: OpenAI's protocol over real HTTP, and answers whose length and pace the
 * question sets. Started in the test runner's own process.
 */
export async function startProvider(): Promise<{ url: string; stop: () => Promise<void> }> {
  const server: Server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      if (request.url?.endsWith("/models")) {
        response.writeHead(200, { "Content-Type": "application/json" });
        const model = { id: MODEL, object: "model", created: 0, owned_by: "journeys" };
        response.end(JSON.stringify({ object: "list", data: [model] }));
        return;
      }
      stream(JSON.parse(body) as ChatRequest, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

function stream(request: ChatRequest, response: import("node:http").ServerResponse): void {
  const { words, everyMs } = wordsFor(lastQuestion(request));
  const chunk = (delta: object, finish: string | null) =>
    `data: ${JSON.stringify({
      id: "chatcmpl-1",
      object: "chat.completion.chunk",
      created: 0,
      model: MODEL,
      choices: [{ index: 0, delta, finish_reason: finish }],
    })}\n\n`;
  const usage = { prompt_tokens: 7, completion_tokens: words.length, total_tokens: 7 };
  if (request.stream !== true) {
    response.writeHead(200, { "Content-Type": "application/json" });
    const message = { role: "assistant", content: words.join("") };
    response.end(
      JSON.stringify({
        id: "chatcmpl-1",
        object: "chat.completion",
        created: 0,
        model: MODEL,
        choices: [{ index: 0, message, finish_reason: "stop" }],
        usage,
      }),
    );
    return;
  }
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  response.write(chunk({ role: "assistant", content: "" }, null));
  let next = 0;
  const timer = setInterval(() => {
    const word = words[next++];
    if (word !== undefined) {
      response.write(chunk({ content: word }, null));
      return;
    }
    clearInterval(timer);
    response.write(chunk({}, "stop"));
    response.write(
      `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 0, model: MODEL, choices: [], usage })}\n\n`,
    );
    response.end("data: [DONE]\n\n");
  }, everyMs);
  response.on("close", () => {
    clearInterval(timer);
  });
}
