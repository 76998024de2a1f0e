import { expect, it } from "vitest";
import { Outbox } from "./outbox";
import { ProblemError } from "./problem";

const message = (clientMessageId: string) => ({ threadId: "t", clientMessageId, content: "hi" });
const acceptance = (clientMessageId: string) => ({
  type: "accepted" as const,
  clientMessageId,
  messageId: "m",
  answerId: "a",
  threadId: "t",
  runId: "r",
});

it("GLD-3 repeats what was not accepted, in its order, and nothing that was", async () => {
  const outbox = new Outbox();
  const first = outbox.add(message("1"));
  void outbox.add(message("2"));
  void outbox.add(message("3"));
  outbox.accepted(acceptance("1"));
  await expect(first).resolves.toMatchObject({ messageId: "m" });
  expect(outbox.frames()).toEqual([
    { type: "send_message", ...message("2") },
    { type: "send_message", ...message("3") },
  ]);
});

it("GLD-3 settles a message once, and tells why it was refused", async () => {
  const outbox = new Outbox();
  const sent = outbox.add(message("1"));
  const problem = { status: 413, code: "too_large", title: "Too large", retryable: false };
  outbox.refused("1", problem as ConstructorParameters<typeof ProblemError>[0]);
  outbox.accepted(acceptance("1"));
  await expect(sent).rejects.toBeInstanceOf(ProblemError);
  expect(outbox.frames()).toEqual([]);
});

it("GLD-3 does not repeat what was taken back", async () => {
  const outbox = new Outbox();
  const abort = new AbortController();
  const sent = outbox.add(message("1"), abort.signal);
  abort.abort();
  await expect(sent).rejects.toThrow();
  expect(outbox.frames()).toEqual([]);
});
