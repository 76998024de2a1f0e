"use client";

import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useEffect, type ReactNode } from "react";
import { Logo } from "@/shared/ui/logo";
import { useSession } from "./context";

const SignInAgain = dynamic(() => import("./sign-in-again").then((module) => module.SignInAgain), {
  ssr: false,
});

/** Shows its children to a signed-in person; everybody else is taken to the sign-in page and back. */
export function RequireSession({ children }: { children: ReactNode }) {
  const state = useSession();
  const router = useRouter();
  const signedOut = state.phase === "signed-out";

  useEffect(() => {
    if (!signedOut) return;
    const here = location.pathname + location.search;
    router.replace(here === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(here)}`);
  }, [signedOut, router]);

  if (state.phase === "signed-in" || state.phase === "ended") {
    return (
      <>
        {children}
        {state.phase === "ended" && <SignInAgain user={state.user} />}
      </>
    );
  }
  return (
    <main className="grid h-full place-items-center p-6">
      <div className="flex flex-col items-center gap-4 text-center" role="status">
        <Logo className="size-11 animate-breathe text-accent" />
        <p className="text-sm text-ink-3">
          {state.phase === "unreachable"
            ? "The server cannot be reached. Trying again by itself…"
            : "Opening your workspace…"}
        </p>
      </div>
    </main>
  );
}
