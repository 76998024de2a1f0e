import type { WebSocket } from "ws";
import type { RunEvent } from "@/api-client";
import { Refusal } from "./refusal";
import type { TestServer } from "./server";
import type { Account } from "./world";

/** One connection to `/ws`. */
export function serveSocket(server: TestServer, ws: WebSocket): void {
  let account: Account | undefined;
  const following = new Map<string, number>();
  const say = (frame: object) => {
    if (!server.silent && ws.readyState === ws.OPEN) ws.send(JSON.stringify(frame));
  };
  const onEvent = (event: RunEvent) => {
    const position = following.get(event.runId);
    if (position === undefined || event.sequence <= position) return;
    following.set(event.runId, event.sequence);
    if (server.loseEvents > 0) {
      server.loseEvents -= 1;
      return;
    }
    say(event);
  };
  const onChange = (threadId: string) => {
    if (server.world.threads.get(threadId)?.owner === account?.id) {
      say({ type: "thread_changed", threadId });
    }
  };
  const follow = (runId: string, after: number) => {
    following.set(runId, after);
    for (const event of server.world.runs.get(runId)?.events ?? []) onEvent(event);
  };
  const onReset = (runId: string) => {
    if (!following.has(runId)) return;
    say({ type: "run_reset", runId });
    follow(runId, 0);
  };
  const onDegraded = () => {
    if (account !== undefined) say({ type: "degraded", parts: server.degraded });
  };
  server.resets.add(onReset);
  server.degradations.add(onDegraded);
  server.world.watchers.add(onEvent);
  server.world.changes.add(onChange);
  ws.on("close", () => {
    server.resets.delete(onReset);
    server.degradations.delete(onDegraded);
    server.world.watchers.delete(onEvent);
    server.world.changes.delete(onChange);
  });
  ws.on("message", (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as Record<string, unknown>;
    server.frames.push(frame);
    if (server.silent) return;
    if (frame["type"] === "authenticate") {
      const token = server.tokens.find(String(frame["token"]));
      if (token === undefined) ws.close(4000);
      else if (token.expiresAt <= Date.now()) ws.close(4001);
      else {
        account = token.account;
        say({
          type: "ready",
          userId: account.id,
          expiresAt: new Date(token.expiresAt).toISOString(),
          limits: server.limits,
          degraded: server.degraded,
        });
      }
      return;
    }
    if (account === undefined) {
      ws.close(4000);
      return;
    }
    switch (frame["type"]) {
      case "ping":
        say({ type: "pong" });
        break;
      case "subscribe":
        follow(String(frame["runId"]), Number(frame["afterSequence"] ?? 0));
        break;
      case "unsubscribe":
        following.delete(String(frame["runId"]));
        break;
      case "send_message": {
        if (server.loseSends > 0) {
          server.loseSends -= 1;
          return;
        }
        const thread = server.world.threads.get(String(frame["threadId"]));
        if (thread?.owner !== account.id) {
          say({
            type: "error",
            clientMessageId: frame["clientMessageId"],
            problem: new Refusal(404, "not_found", "There is no such chat."),
          });
          return;
        }
        const { message, runId, answerId } = server.world.accept(thread, frame as never);
        say({
          type: "accepted",
          clientMessageId: frame["clientMessageId"],
          messageId: message.id,
          answerId,
          threadId: thread.id,
          runId,
        });
        follow(runId, 0);
        server.world.changed(thread.id);
        break;
      }
      default:
        ws.close(4002);
    }
  });
}
