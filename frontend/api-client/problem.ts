import * as v from "valibot";

const problemSchema = v.object({
  type: v.optional(v.string()),
  title: v.string(),
  status: v.optional(v.number()),
  detail: v.optional(v.string(), ""),
  code: v.optional(v.string(), "internal"),
  correlationId: v.optional(v.string()),
  retryable: v.optional(v.boolean(), false),
  retryAfterSeconds: v.optional(v.nullable(v.number())),
  errors: v.optional(v.nullable(v.array(v.object({ field: v.string(), message: v.string() })))),
});

/** RFC 9457 problem document as every service of ours sends it. */
export type Problem = v.InferOutput<typeof problemSchema>;
export { problemSchema };

/** Codes the client gives to what never reached a service, or came back unreadable. */
export const UNREACHABLE = "unreachable";
export const UNREADABLE = "unreadable";
const OVERLOADED = "overloaded";
/** Statuses by which a proxy or a service says that somebody behind it does not answer. */
const AWAY = new Set([502, 503, 504]);

/** What a call ends in when it does not end well; always carries a sentence for a person. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.detail === "" ? problem.title : problem.detail, options);
    this.name = "ProblemError";
    this.problem = problem;
  }

  get code(): string {
    return this.problem.code;
  }

  /** Nothing is wrong with what was asked: who would answer is away, and it may be asked again. */
  get away(): boolean {
    const { code, status } = this.problem;
    return code === UNREACHABLE || (code !== OVERLOADED && AWAY.has(status ?? 0));
  }

  /** The message for one field of a form, by the last part of its path. */
  field(name: string): string | undefined {
    return this.problem.errors?.find(
      (error) => error.field === name || error.field.endsWith(`/${name}`),
    )?.message;
  }
}

export function unreachable(cause?: unknown): ProblemError {
  return new ProblemError(
    {
      title: "The server cannot be reached",
      detail: "The server cannot be reached. Check your connection; this is tried again.",
      code: UNREACHABLE,
      retryable: true,
    },
    { cause },
  );
}

export function unreadable(detail: string): ProblemError {
  return new ProblemError({
    title: "The server's answer could not be read",
    detail,
    code: UNREADABLE,
    retryable: false,
  });
}

/** The problem in a response, or an honest one made from its status when there is none. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const retryAfter = Number(response.headers.get("Retry-After") ?? Number.NaN);
  let body: unknown;
  try {
    body = await response.json();
  } catch {
    body = undefined;
  }
  const parsed = v.safeParse(problemSchema, body);
  const problem: Problem = parsed.success
    ? parsed.output
    : {
        title: response.status >= 500 ? "The service has a problem" : "The request was refused",
        detail: `The server answered with status ${response.status}.`,
        code: response.status === 401 ? "unauthenticated" : "internal",
        retryable: response.status >= 500 || response.status === 429,
      };
  return new ProblemError({
    ...problem,
    status: response.status,
    retryAfterSeconds:
      problem.retryAfterSeconds ?? (Number.isFinite(retryAfter) ? retryAfter : null),
  });
}

/** Any thrown thing as a sentence for a person. */
export function sentence(error: unknown): string {
  if (error instanceof ProblemError) return error.message;
  return "Something went wrong in this page. Try again; reload if it happens again.";
}
