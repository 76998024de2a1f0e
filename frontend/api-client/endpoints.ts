import * as v from "valibot";
import type { ApiClient } from "./http";
import {
  apiKeySchema,
  foundSchema,
  listOf,
  meSchema,
  messageSchema,
  modelSchema,
  newApiKeySchema,
  postedSchema,
  sessionSchema,
  threadSchema,
  usageReportSchema,
} from "./schemas";
import type { Outgoing } from "./outbox";

const none = v.unknown();

function query(parameters: Record<string, string | number | null | undefined>): string {
  const entries = Object.entries(parameters).filter(([, value]) => value != null && value !== "");
  if (entries.length === 0) return "";
  return `?${new URLSearchParams(entries.map(([key, value]) => [key, String(value)])).toString()}`;
}

/** Every call the pages make, one function each. */
export function endpoints(client: ApiClient) {
  const id = encodeURIComponent;
  return {
    threads: {
      list: (
        parameters: { before?: string | null; q?: string; limit?: number },
        signal?: AbortSignal,
      ) =>
        client.call(`/api/threads${query(parameters)}`, { schema: listOf(threadSchema), signal }),
      get: (threadId: string, signal?: AbortSignal) =>
        client.call(`/api/threads/${id(threadId)}`, { schema: threadSchema, signal }),
      /** The id is the sender's own, so that asking again is harmless. */
      create: (id: string) =>
        client.call("/api/threads", { method: "POST", body: { id }, schema: threadSchema }),
      change: (
        threadId: string,
        body: { title?: string; pinned?: boolean; deleted?: boolean; activeMessageId?: string },
      ) =>
        client.call(`/api/threads/${id(threadId)}`, {
          method: "PATCH",
          body,
          schema: threadSchema,
        }),
      remove: (threadId: string) =>
        client.call(`/api/threads/${id(threadId)}`, { method: "DELETE", schema: none }),
    },
    messages: {
      list: (
        threadId: string,
        parameters: { before?: string | null; limit?: number },
        signal?: AbortSignal,
      ) =>
        client.call(`/api/threads/${id(threadId)}/messages${query(parameters)}`, {
          schema: listOf(messageSchema),
          signal,
        }),
      post: ({ threadId, ...body }: Outgoing) =>
        client.call(`/api/threads/${id(threadId)}/messages`, {
          method: "POST",
          body,
          schema: postedSchema,
        }),
    },
    runs: {
      stop: (runId: string) =>
        client.call(`/api/runs/${id(runId)}/stop`, { method: "POST", schema: none }),
    },
    models: (signal?: AbortSignal) =>
      client.call("/api/models", { schema: listOf(modelSchema), signal }),
    search: (q: string, signal?: AbortSignal) =>
      client.call(`/api/search${query({ q, limit: 30 })}`, { schema: listOf(foundSchema), signal }),
    usage: (parameters: { from: string; to: string; by: "day" | "model" }, signal?: AbortSignal) =>
      client.call(`/api/usage${query(parameters)}`, { schema: usageReportSchema, signal }),
    keys: {
      list: (signal?: AbortSignal) =>
        client.call("/api/keys", { schema: listOf(apiKeySchema), signal }),
      create: (name: string) =>
        client.call("/api/keys", { method: "POST", body: { name }, schema: newApiKeySchema }),
      revoke: (keyId: string) =>
        client.call(`/api/keys/${id(keyId)}`, { method: "DELETE", schema: none }),
    },
    account: {
      change: (body: { displayName: string } | { currentPassword: string; newPassword: string }) =>
        client.call("/auth/me", { method: "PATCH", body, schema: meSchema }),
      remove: (password: string) =>
        client.call("/auth/me", { method: "DELETE", body: { password }, schema: none }),
      export: () => client.response("/auth/me/export"),
      sessions: (signal?: AbortSignal) =>
        client.call("/auth/sessions", { schema: listOf(sessionSchema), signal }),
      revokeOthers: () => client.call("/auth/sessions", { method: "DELETE", schema: none }),
      revoke: (sessionId: string) =>
        client.call(`/auth/sessions/${id(sessionId)}`, { method: "DELETE", schema: none }),
    },
  };
}

export type Endpoints = ReturnType<typeof endpoints>;
