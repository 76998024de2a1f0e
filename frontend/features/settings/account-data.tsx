"use client";

import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";
import { problemOf, sentence } from "@/api-client";
import { useServices } from "@/features/session";
import { Button } from "@/shared/ui/button";
import { ConfirmDialog } from "@/shared/ui/confirm-dialog";
import { TextField } from "@/shared/ui/text-field";
import { showToast } from "@/shared/ui/toast";
import { Section, Trouble } from "./section";

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 10_000);
}

export function AccountData() {
  const { api, session } = useServices();
  const [deleting, setDeleting] = useState(false);
  const [password, setPassword] = useState("");
  const exporting = useMutation({
    mutationFn: async () => {
      const response = await api.account.export();
      if (!response.ok) throw await problemOf(response);
      save(await response.blob(), "netra-apex-account.json");
    },
    onError: (error) => showToast(sentence(error), { tone: "danger" }),
  });
  const removal = useMutation({
    mutationFn: () => api.account.remove(password),
    onSuccess: () => session.signOut(),
  });
  return (
    <Section
      title="Your data"
      says="Take your account's data with you, or delete the account with everything in it."
    >
      <div className="flex flex-wrap gap-2.5">
        <Button
          busy={exporting.isPending}
          onClick={() => {
            exporting.mutate();
          }}
        >
          <Download aria-hidden className="size-4" /> Export
        </Button>
        <Button
          variant="danger"
          onClick={() => {
            setPassword("");
            removal.reset();
            setDeleting(true);
          }}
        >
          Delete account
        </Button>
      </div>
      <ConfirmDialog
        open={deleting}
        onOpenChange={setDeleting}
        title="Delete your account?"
        text="All your chats, keys and sessions go with it. This cannot be undone."
        action="Delete account"
        busy={removal.isPending}
        onConfirm={() => {
          removal.mutate();
        }}
      >
        <TextField
          label="Your password, to be sure"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => {
            setPassword(event.target.value);
          }}
        />
        {removal.isError && (
          <div className="mt-3">
            <Trouble text={sentence(removal.error)} />
          </div>
        )}
      </ConfirmDialog>
    </Section>
  );
}
