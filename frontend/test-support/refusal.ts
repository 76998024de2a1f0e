import { randomUUID } from "node:crypto";

export type Body = Record<string, unknown>;

export interface Answer {
  status: number;
  json?: unknown;
  headers?: Record<string, string>;
}

/** An error as the services tell it. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly errors?: { field: string; message: string }[],
  ) {
    super(detail);
  }

  toJSON() {
    return {
      type: `urn:apex:problem:${this.code}`,
      title: this.code.replaceAll("_", " "),
      status: this.status,
      detail: this.message,
      code: this.code,
      correlationId: randomUUID().replaceAll("-", ""),
      retryable: this.status >= 500 || this.status === 429,
      ...(this.errors ? { errors: this.errors } : {}),
    };
  }
}

export function notFound(): Refusal {
  return new Refusal(404, "not_found", "There is no such thing here.");
}
