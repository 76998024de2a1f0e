"use client";

import { useId, useRef, useState } from "react";
import { ProblemError, sentence } from "@/api-client";
import { Button } from "@/shared/ui/button";
import { TextField } from "@/shared/ui/text-field";

export interface Credentials {
  email: string;
  password: string;
  displayName: string;
}

interface Props {
  mode: "sign-in" | "sign-up";
  email?: string;
  submit: (form: Credentials) => Promise<void>;
}

/** The form of signing in and up: says field by field what is wrong, in the server's words. */
export function CredentialsForm({ mode, email = "", submit }: Props) {
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const [shown, setShown] = useState(false);
  const errorId = useId();
  const form = useRef<HTMLFormElement>(null);

  async function onSubmit(data: FormData) {
    const text = (name: string) => {
      const value = data.get(name);
      return typeof value === "string" ? value : "";
    };
    setBusy(true);
    setError(undefined);
    try {
      await submit({
        email: text("email").trim(),
        password: text("password"),
        displayName: text("displayName").trim(),
      });
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }

  const field = (name: string) => (error instanceof ProblemError ? error.field(name) : undefined);
  const hasFields =
    error instanceof ProblemError &&
    ["email", "password", "displayName"].some((name) => error.field(name) !== undefined);
  const wait = error instanceof ProblemError ? error.problem.retryAfterSeconds : undefined;

  return (
    <form
      ref={form}
      className="flex flex-col gap-4"
      aria-describedby={error === undefined ? undefined : errorId}
      onSubmit={(event) => {
        event.preventDefault();
        void onSubmit(new FormData(event.currentTarget));
      }}
    >
      {mode === "sign-up" && (
        <TextField
          label="Name"
          name="displayName"
          autoComplete="name"
          required
          maxLength={100}
          error={field("displayName")}
        />
      )}
      <TextField
        label="E-mail"
        name="email"
        type="email"
        autoComplete="username"
        defaultValue={email}
        required
        maxLength={254}
        error={field("email")}
      />
      <TextField
        label="Password"
        name="password"
        type={shown ? "text" : "password"}
        autoComplete={mode === "sign-up" ? "new-password" : "current-password"}
        required
        minLength={mode === "sign-up" ? 8 : 1}
        maxLength={128}
        hint={
          mode === "sign-up" ? "A sentence of four or more words is easy and strong." : undefined
        }
        error={field("password")}
        aside={
          <button
            type="button"
            className="text-xs font-medium text-ink-3 hover:text-ink"
            aria-pressed={shown}
            onClick={() => {
              setShown(!shown);
            }}
          >
            {shown ? "Hide" : "Show"}
          </button>
        }
      />
      <div id={errorId} role="alert" className="empty:hidden">
        {error !== undefined && !hasFields && (
          <p className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
            {sentence(error)}
            {wait ? ` You can try again in ${wait} s.` : ""}
          </p>
        )}
      </div>
      <Button type="submit" variant="primary" size="lg" busy={busy}>
        {mode === "sign-up" ? "Create account" : "Sign in"}
      </Button>
    </form>
  );
}
