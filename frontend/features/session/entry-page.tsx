"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { Logo } from "@/shared/ui/logo";
import { useServices, useSession } from "./context";
import { CredentialsForm } from "./credentials-form";

/** Only an address of our own is followed after signing in. */
function nextPage(): string {
  const next = new URLSearchParams(location.search).get("next") ?? "/";
  return /^\/(?![/\\])/.test(next) ? next : "/";
}

export function EntryPage({ mode }: { mode: "sign-in" | "sign-up" }) {
  const { session } = useServices();
  const state = useSession();
  const router = useRouter();

  useEffect(() => {
    if (state.phase === "signed-in") router.replace(nextPage());
  }, [state.phase, router]);

  return (
    <main className="relative grid min-h-full place-items-center overflow-hidden px-5 py-10">
      <div aria-hidden className="pointer-events-none absolute inset-0 entry-glow" />
      <div className="relative w-full max-w-[25rem] animate-settle">
        <div className="mb-7 flex flex-col items-center text-center">
          <Logo className="size-12 text-accent" />
          <h1 className="mt-4 text-[1.65rem] font-semibold tracking-[-0.025em]">
            {mode === "sign-in" ? "Welcome back" : "Create your account"}
          </h1>
          <p className="mt-1.5 text-[0.9375rem] text-ink-2">
            {mode === "sign-in"
              ? "Sign in to Netra Apex."
              : "A chat that keeps every message, on your own machines."}
          </p>
        </div>
        <div className="rounded-2xl border bg-raised p-6 shadow-card">
          <CredentialsForm
            key={mode}
            mode={mode}
            submit={(form) =>
              mode === "sign-in"
                ? session.signIn(form.email, form.password)
                : session.register(form.email, form.password, form.displayName)
            }
          />
        </div>
        <p className="mt-5 text-center text-sm text-ink-2">
          {mode === "sign-in" ? "New here? " : "Already have an account? "}
          <Link
            className="font-medium text-accent underline-offset-4 hover:underline"
            href={mode === "sign-in" ? "/sign-up" : "/sign-in"}
          >
            {mode === "sign-in" ? "Create an account" : "Sign in"}
          </Link>
        </p>
      </div>
    </main>
  );
}
