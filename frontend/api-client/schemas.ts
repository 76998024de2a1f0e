import * as v from "valibot";
import { problemSchema } from "./problem";

/** What comes over the wire is read through these; unknown fields are dropped, wrong ones refused. */
const optionalText = v.optional(v.nullable(v.string()));

export const userSchema = v.object({
  id: v.string(),
  email: v.string(),
  displayName: v.string(),
  roles: v.optional(v.array(v.string()), []),
  createdAt: v.optional(v.string()),
});
export type User = v.InferOutput<typeof userSchema>;

export const grantSchema = v.object({
  accessToken: v.pipe(v.string(), v.minLength(1)),
  expiresIn: v.number(),
  user: userSchema,
});
export type Grant = v.InferOutput<typeof grantSchema>;

/** A renewed token; whose it is the page knows, or asks. */
export const renewalSchema = v.object({
  accessToken: v.pipe(v.string(), v.minLength(1)),
  expiresIn: v.number(),
});
export const meSchema = v.object({ user: userSchema });

export const sessionSchema = v.object({
  id: v.string(),
  current: v.optional(v.boolean(), false),
  createdAt: v.string(),
  lastUsedAt: optionalText,
  userAgent: optionalText,
  address: optionalText,
});
export type Session = v.InferOutput<typeof sessionSchema>;

export const threadSchema = v.object({
  id: v.string(),
  title: v.string(),
  pinned: v.optional(v.boolean(), false),
  createdAt: v.string(),
  updatedAt: v.string(),
  activeMessageId: optionalText,
  runningRunId: optionalText,
});
export type Thread = v.InferOutput<typeof threadSchema>;

const usageSchema = v.object({
  inputTokens: v.optional(v.number(), 0),
  outputTokens: v.optional(v.number(), 0),
});

export const stepSchema = v.variant("type", [
  v.object({
    type: v.literal("agent_thinking"),
    thought: v.string(),
    step: v.optional(v.number()),
    at: v.optional(v.number(), 0),
  }),
  v.object({
    type: v.literal("tool"),
    tool: v.string(),
    arguments: v.optional(v.unknown()),
    result: v.optional(v.unknown()),
    durationMs: v.optional(v.nullable(v.number())),
    at: v.optional(v.number(), 0),
  }),
]);
export type Step = v.InferOutput<typeof stepSchema>;

/** A step of a kind this build does not know is dropped, not the whole message. */
const stepsSchema = v.pipe(
  v.array(v.unknown()),
  v.transform((items) =>
    items.flatMap((item) => {
      const parsed = v.safeParse(stepSchema, item);
      return parsed.success ? [parsed.output] : [];
    }),
  ),
);

export const messageSchema = v.object({
  id: v.string(),
  threadId: v.string(),
  role: v.picklist(["user", "assistant"]),
  content: v.string(),
  createdAt: v.string(),
  status: v.optional(v.picklist(["complete", "streaming", "failed", "stopped"]), "complete"),
  parentId: optionalText,
  model: optionalText,
  runId: optionalText,
  clientMessageId: optionalText,
  durationMs: v.optional(v.nullable(v.number())),
  usage: v.optional(v.nullable(usageSchema)),
  problem: v.optional(v.nullable(problemSchema)),
  siblings: v.optional(
    v.nullable(v.object({ index: v.number(), count: v.number(), ids: v.array(v.string()) })),
  ),
  steps: v.optional(stepsSchema, []),
});
export type Message = v.InferOutput<typeof messageSchema>;

export const acceptedSchema = v.object({
  clientMessageId: v.string(),
  messageId: v.string(),
  answerId: v.string(),
  threadId: v.string(),
  runId: v.string(),
});
export type Accepted = v.InferOutput<typeof acceptedSchema>;

export const postedSchema = v.object({
  message: messageSchema,
  runId: v.string(),
  answerId: v.string(),
  threadId: v.string(),
});

/** What the socket says of an accepted message, from what HTTP says of it. */
export function acceptedOf(
  clientMessageId: string,
  { message, runId, answerId, threadId }: v.InferOutput<typeof postedSchema>,
): Accepted {
  return { clientMessageId, messageId: message.id, answerId, threadId, runId };
}

/** The bounds a person should know before they are met. */
export const limitsSchema = v.object({ message: v.object({ maxCharacters: v.number() }) });
export type Limits = v.InferOutput<typeof limitsSchema>;

/** What the service has to do without. */
export const statusSchema = v.object({ degraded: v.array(v.string()) });

const eventBase = {
  runId: v.string(),
  threadId: v.string(),
  sequence: v.number(),
  time: v.string(),
};
export const runEventSchema = v.variant("type", [
  v.object({
    type: v.literal("agent_started"),
    ...eventBase,
    agent: optionalText,
    model: optionalText,
    messageId: optionalText,
  }),
  v.object({
    type: v.literal("agent_thinking"),
    ...eventBase,
    thought: v.string(),
    step: v.optional(v.number()),
  }),
  v.object({ type: v.literal("text_delta"), ...eventBase, text: v.string() }),
  v.object({
    type: v.literal("tool_executing"),
    ...eventBase,
    tool: v.string(),
    arguments: v.optional(v.unknown()),
  }),
  v.object({
    type: v.literal("tool_completed"),
    ...eventBase,
    tool: v.string(),
    result: v.optional(v.unknown()),
    durationMs: v.optional(v.nullable(v.number())),
  }),
  v.object({
    type: v.literal("agent_completed"),
    ...eventBase,
    messageId: optionalText,
    durationMs: v.optional(v.nullable(v.number())),
    usage: v.optional(v.nullable(usageSchema)),
  }),
  v.object({
    type: v.literal("run_failed"),
    ...eventBase,
    problem: problemSchema,
    messageId: optionalText,
  }),
  v.object({ type: v.literal("run_stopped"), ...eventBase, messageId: optionalText }),
]);
export type RunEvent = v.InferOutput<typeof runEventSchema>;

/** An event of a type this build does not know still moves the numbering on. */
export const unknownEventSchema = v.object({ type: v.string(), ...eventBase });

export const serverFrameSchema = v.variant("type", [
  v.object({
    type: v.literal("ready"),
    expiresAt: v.optional(v.string()),
    limits: v.optional(limitsSchema),
    degraded: v.optional(v.array(v.string()), []),
  }),
  v.object({ type: v.literal("degraded"), parts: v.array(v.string()) }),
  v.object({ type: v.literal("accepted"), ...acceptedSchema.entries }),
  v.object({ type: v.literal("run_reset"), runId: v.string() }),
  v.object({ type: v.literal("thread_changed"), threadId: v.string() }),
  v.object({ type: v.literal("stopping"), runId: v.string() }),
  v.object({ type: v.literal("pong") }),
  v.object({
    type: v.literal("error"),
    problem: problemSchema,
    clientMessageId: optionalText,
    runId: optionalText,
    threadId: optionalText,
  }),
]);
export type ServerFrame = v.InferOutput<typeof serverFrameSchema>;

export const modelSchema = v.object({
  id: v.string(),
  name: v.optional(v.string()),
  provider: v.optional(v.string(), ""),
  description: v.optional(v.nullable(v.string())),
  available: v.optional(v.boolean(), true),
  default: v.optional(v.boolean(), false),
});
export type Model = v.InferOutput<typeof modelSchema>;

export const foundSchema = v.object({
  threadId: v.string(),
  title: v.string(),
  messageId: optionalText,
  excerpt: v.optional(v.string(), ""),
  highlights: v.optional(v.array(v.object({ start: v.number(), end: v.number() })), []),
  time: optionalText,
});
export type Found = v.InferOutput<typeof foundSchema>;

const countsSchema = {
  calls: v.number(),
  failed: v.number(),
  inputTokens: v.number(),
  outputTokens: v.number(),
};
export const usageReportSchema = v.object({
  from: v.string(),
  to: v.string(),
  available: v.boolean(),
  buffered: v.optional(v.number(), 0),
  total: v.object(countsSchema),
  items: v.array(
    v.object({ day: v.optional(v.string()), model: v.optional(v.string()), ...countsSchema }),
  ),
});
export type UsageReport = v.InferOutput<typeof usageReportSchema>;

export const apiKeySchema = v.object({
  id: v.string(),
  name: v.string(),
  prefix: v.string(),
  createdAt: v.string(),
  lastUsedAt: optionalText,
});
export type ApiKey = v.InferOutput<typeof apiKeySchema>;
export const newApiKeySchema = v.object({ ...apiKeySchema.entries, key: v.string() });

export function listOf<const T extends v.GenericSchema>(item: T) {
  return v.object({ items: v.array(item), nextCursor: optionalText });
}
