import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** The name under which the provider's only model is listed. */
export const MODEL = "metronome";

/** Below the provider's address: a POST lets the answers that wait go on. */
export const GO_ON = "/go-on";

interface ChatRequest {
  messages: { role: string; content: string | { text?: string }[] }[];
  stream?: boolean;
}

function lastQuestion({ messages }: ChatRequest): string {
  const content = messages.findLast(({ role }) => role === "user")?.content ?? "";
  return typeof content === "string" ? content : content.map((part) => part.text ?? "").join("");
}

interface Script {
  words: string[];
  everyMs: number;
  /** After how many words the answer waits to be told to go on. */
  waitAt: number[];
}

/**
 * "count to 40 every 50 ms" → the words 1 … 40 at that pace; "count to 40 and wait at 10, 20" waits after those for
 * {@link GO_ON}; anything else is repeated.
 */
function scriptFor(question: string): Script {
  const asked = /count to (\d+)(?: every (\d+) ms)?(?: and wait at (\d+(?:, \d+)*))?/.exec(
    question,
  );
  if (asked === null) {
    return { words: `You said: ${question}`.split(/(?<= )/), everyMs: 5, waitAt: [] };
  }
  const words = Array.from({ length: Number(asked[1]) }, (_, n) => `${n + 1} `);
  return {
    words,
    everyMs: Number(asked[2] ?? 5),
    waitAt: (asked[3] ?? "").split(", ").map(Number),
  };
}

/** Answers that wait, and who waits for one to wait. */
class Waiting {
  private readonly held = new Set<() => void>();
  private onHeld: (() => void)[] = [];

  /** Calls `goOn` when told to; answers with what takes that back. */
  hold(goOn: () => void): () => void {
    this.held.add(goOn);
    this.onHeld.splice(0).forEach((tell) => {
      tell();
    });
    return () => this.held.delete(goOn);
  }

  /** Lets all that wait go on; waits for one that does, if none does yet. */
  async goOn(): Promise<void> {
    while (this.held.size === 0) await new Promise<void>((resolve) => this.onHeld.push(resolve));
    const all = [...this.held];
    this.held.clear();
    all.forEach((goOn) => {
      goOn();
    });
  }
}

/**
 * A model provider outside of the system: OpenAI's protocol over real HTTP, and answers whose length and pace the
 * question sets. Started in the test runner's own process.
 */
export async function startProvider(): Promise<{ url: string; stop: () => Promise<void> }> {
  const waiting = new Waiting();
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
      if (request.url?.endsWith(GO_ON)) {
        void waiting.goOn().then(() => response.writeHead(204).end());
        return;
      }
      stream(JSON.parse(body) as ChatRequest, response, waiting);
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

function stream(request: ChatRequest, response: ServerResponse, waiting: Waiting): void {
  const { words, everyMs, waitAt } = scriptFor(lastQuestion(request));
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
  let stop = () => {};
  const goOn = () => {
    const timer = setInterval(step, everyMs);
    stop = () => {
      clearInterval(timer);
    };
  };
  const step = () => {
    const word = words[next++];
    if (word !== undefined) {
      response.write(chunk({ content: word }, null));
      if (waitAt.includes(next)) {
        stop();
        stop = waiting.hold(goOn);
      }
      return;
    }
    stop();
    response.write(chunk({}, "stop"));
    response.write(
      `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 0, model: MODEL, choices: [], usage })}\n\n`,
    );
    response.end("data: [DONE]\n\n");
  };
  goOn();
  response.on("close", () => {
    stop();
  });
}
