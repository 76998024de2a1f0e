import type { Script } from "./world";

const ANSWER = `Connection pools leak when a session is **held across a slow call**. The pool in \`libraries/database\` ends such a session at its deadline and says which line took it.

## What was measured

| Load | Sessions held | p50 | p99 |
| :--- | ---: | ---: | ---: |
| 200 streaming runs | 3 of 5 | 4 ms | 11 ms |
| 500 streaming runs | 5 of 5 | 6 ms | 19 ms |

The waiting time follows Little's law, with arrival rate $\\lambda$ and time in the system $W$:

$$
L = \\lambda W \\qquad W_q = \\frac{\\rho}{\\mu - \\lambda}, \\quad \\rho = \\frac{\\lambda}{\\mu} < 1
$$

A session covers statements, never a model call:

\`\`\`java
// Accepted means durable: committed first, answered after.
var accepted = database.inTransaction(request, session -> {
    Message message = messages.insert(session, draft);
    return runs.enqueue(session, message.id(), "apex/guide");
});
return Accepted.of(accepted, 202);
\`\`\`

- [x] Sessions have a deadline
- [x] A leak names its owner
- [ ] Forecast of exhaustion

\`\`\`mermaid
flowchart LR
  Browser --> Edge --> Backend
  Backend --> PostgreSQL
  Backend --> Redis
  Backend -.-> ClickHouse
\`\`\`

> Say it before it happens: forecast, alert, degrade, and only then fail.
`;

/** An answer with everything in it that the page can show. */
export const demo: Script = function* (content) {
  yield { cue: { type: "agent_started", agent: "guide", model: "apex/guide" }, afterMs: 50 };
  yield {
    cue: { type: "agent_thinking", thought: "Look up how sessions are guarded.", step: 1 },
    afterMs: 200,
  };
  yield {
    cue: { type: "tool_executing", tool: "docs.search", arguments: { query: content } },
    afterMs: 300,
  };
  yield {
    cue: {
      type: "tool_completed",
      tool: "docs.search",
      result: { hits: [{ title: "Guarded sessions", score: 0.91 }] },
      durationMs: 42,
    },
    afterMs: 700,
  };
  yield {
    cue: { type: "tool_executing", tool: "platform.health", arguments: {} },
    afterMs: 100,
  };
  yield {
    cue: {
      type: "tool_completed",
      tool: "platform.health",
      result: { status: "up" },
      durationMs: 1240,
    },
    afterMs: 900,
  };
  if (content.includes("fail")) {
    yield {
      cue: {
        type: "run_failed",
        problem: {
          title: "The model provider failed",
          detail:
            "Ollama at 127.0.0.1:11434 refused the connection. Start it, or choose another model.",
          code: "model_provider_failed",
          correlationId: "4bf92f3577b34da6a3ce929d0e0e4736",
          retryable: true,
        },
      },
      afterMs: 300,
    };
    return;
  }
  const everyMs = content.includes("slow") ? 60 : 8;
  for (const piece of ANSWER.match(/.{1,6}/gs) ?? []) {
    yield { cue: { type: "text_delta", text: piece }, afterMs: everyMs };
  }
};

export { ANSWER };
