"use client";

import { Dialog } from "radix-ui";
import type { User } from "@/api-client";
import { useServices } from "./context";
import { CredentialsForm } from "./credentials-form";

/** The session is over, the page is not: sign in over it and go on where you were. */
export function SignInAgain({ user }: { user: User }) {
  const { session } = useServices();
  return (
    <Dialog.Root open>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 animate-fade bg-black/40 backdrop-blur-sm" />
        <Dialog.Content
          onEscapeKeyDown={(event) => {
            event.preventDefault();
          }}
          onInteractOutside={(event) => {
            event.preventDefault();
          }}
          className="fixed top-1/2 left-1/2 z-50 w-[min(25rem,calc(100vw-2rem))] -translate-1/2 rounded-2xl border bg-raised p-6 shadow-pop"
        >
          <Dialog.Title className="text-lg font-semibold tracking-tight">
            Please sign in again
          </Dialog.Title>
          <Dialog.Description className="mt-1 mb-5 text-sm text-ink-2">
            Your session has ended. Nothing on this page is lost.
          </Dialog.Description>
          <CredentialsForm
            mode="sign-in"
            email={user.email}
            submit={(form) => session.signIn(form.email, form.password)}
          />
          <button
            type="button"
            className="mt-4 text-sm text-ink-3 hover:text-ink"
            onClick={() => void session.signOut()}
          >
            Use another account
          </button>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
