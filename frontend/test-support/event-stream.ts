import type { IncomingMessage, ServerResponse } from "node:http";
import type { RunEvent } from "@/api-client";
import { notFound } from "./refusal";
import type { TestServer } from "./server";
import type { Account } from "./world";

/** `GET /api/runs/{id}/events`: the events after the last one seen, then those to come, to the last. */
export function streamEvents(
  server: TestServer,
  runId: string,
  account: Account,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  const run = server.world.runs.get(runId);
  if (run === undefined || server.world.threads.get(run.threadId)?.owner !== account.id) {
    throw notFound();
  }
  let position = Number(incoming.headers["last-event-id"] ?? 0);
  outgoing.writeHead(200, { "Content-Type": "text/event-stream;charset=UTF-8" });
  outgoing.flushHeaders();
  const onEvent = (event: RunEvent) => {
    if (event.runId !== runId || event.sequence <= position) return;
    position = event.sequence;
    outgoing.write(
      `id: ${event.sequence}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`,
    );
    if (/^(agent_completed|run_failed|run_stopped)$/.test(event.type)) outgoing.end();
  };
  server.world.watchers.add(onEvent);
  outgoing.on("close", () => server.world.watchers.delete(onEvent));
  for (const event of [...run.events]) onEvent(event);
}
