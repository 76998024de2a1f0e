import * as v from "valibot";
import { problemOf, unreachable, unreadable } from "./problem";

/** Where a call's token comes from, and what to do when the server no longer takes it. */
export interface TokenSource {
  /** A token that is good for at least the next half minute. */
  token(): Promise<string>;
  /** Called once after a 401: a newer token than `refused`. */
  renew(refused: string): Promise<string>;
}

export interface CallOptions<T extends v.GenericSchema> {
  method?: "GET" | "POST" | "PATCH" | "DELETE";
  body?: unknown;
  schema: T;
  signal?: AbortSignal | undefined;
  keepalive?: boolean;
  headers?: Record<string, string>;
  /** The body may take as long as it likes; the time limit holds for the answer's beginning. */
  stream?: boolean;
}

const TIMEOUT_MS = 30_000;

async function fetchOnce(
  base: string,
  path: string,
  token: string | undefined,
  options: Omit<CallOptions<v.GenericSchema>, "schema">,
): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort();
  }, TIMEOUT_MS);
  const timeout = options.stream === true ? late.signal : AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await fetch(base + path, {
      method: options.method ?? "GET",
      credentials: "same-origin",
      cache: "no-store",
      keepalive: options.keepalive ?? false,
      headers: {
        Accept: "application/json, application/problem+json",
        ...(options.body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw unreachable(error);
  } finally {
    clearTimeout(timer);
  }
}

async function read<T extends v.GenericSchema>(
  response: Response,
  schema: T,
): Promise<v.InferOutput<T>> {
  if (!response.ok) throw await problemOf(response);
  let body: unknown;
  try {
    const text = await response.text();
    body = text === "" ? undefined : JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw unreadable("The answer is not JSON.");
    throw unreachable(error);
  }
  const parsed = v.safeParse(schema, body);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw unreadable(`The answer is not as agreed: ${v.getDotPath(issue) ?? ""} ${issue.message}`);
  }
  return parsed.output;
}

/** A single call without a token, or with just this one: sign-in and its like. */
export async function callOpen<T extends v.GenericSchema>(
  base: string,
  path: string,
  { token, ...options }: CallOptions<T> & { token?: string },
): Promise<v.InferOutput<T>> {
  return read(await fetchOnce(base, path, token, options), options.schema);
}

/** Same-origin JSON calls with a Bearer token; a 401 renews the token and is tried once more. */
export class ApiClient {
  readonly #tokens: TokenSource;
  readonly #base: string;

  constructor(tokens: TokenSource, base = "") {
    this.#tokens = tokens;
    this.#base = base;
  }

  async call<T extends v.GenericSchema>(
    path: string,
    options: CallOptions<T>,
  ): Promise<v.InferOutput<T>> {
    return read(await this.response(path, options), options.schema);
  }

  /** The bare response, for downloads and event streams. */
  async response(
    path: string,
    options: Omit<CallOptions<v.GenericSchema>, "schema"> = {},
  ): Promise<Response> {
    const token = await this.#tokens.token();
    const first = await fetchOnce(this.#base, path, token, options);
    if (first.status !== 401) return first;
    const renewed = await this.#tokens.renew(token);
    return fetchOnce(this.#base, path, renewed, options);
  }
}

/** For calls whose answer has no content. */
export const nothing = v.unknown();
