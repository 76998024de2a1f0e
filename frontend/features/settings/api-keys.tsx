"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Check, Copy, KeyRound } from "lucide-react";
import { useState } from "react";
import { sentence, type ApiKey } from "@/api-client";
import { useServices } from "@/features/session";
import { ago } from "@/shared/lib/time";
import { useCopy } from "@/shared/lib/use-copy";
import { Button } from "@/shared/ui/button";
import { ConfirmDialog } from "@/shared/ui/confirm-dialog";
import { TextField } from "@/shared/ui/text-field";
import { showToast } from "@/shared/ui/toast";
import { Loading, Section, Trouble } from "./section";

function Created({ secret, onDone }: { secret: string; onDone: () => void }) {
  const { copied, copy } = useCopy();
  return (
    <div role="status" className="mb-4 rounded-xl border border-accent-line bg-accent-soft p-4">
      <p className="text-sm font-medium">Your new key. It is shown this once; keep it safe.</p>
      <div className="mt-2.5 flex items-center gap-2">
        <code className="min-w-0 flex-1 overflow-x-auto rounded-lg border bg-raised px-3 py-2 font-mono text-xs">
          {secret}
        </code>
        <Button
          size="sm"
          onClick={() => {
            copy(secret);
          }}
        >
          {copied ? (
            <Check aria-hidden className="size-4" />
          ) : (
            <Copy aria-hidden className="size-4" />
          )}
          {copied ? "Copied" : "Copy"}
        </Button>
        <Button size="sm" variant="ghost" onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  );
}

export function ApiKeys() {
  const { api } = useServices();
  const queries = useQueryClient();
  const [secret, setSecret] = useState<string>();
  const [doomed, setDoomed] = useState<ApiKey>();
  const refresh = () => void queries.invalidateQueries({ queryKey: ["keys"] });
  const query = useQuery({
    queryKey: ["keys"],
    queryFn: async ({ signal }) => (await api.keys.list(signal)).items,
  });
  const create = useMutation({
    mutationFn: (name: string) => api.keys.create(name),
    onSuccess: ({ key }) => {
      setSecret(key);
    },
    onSettled: refresh,
  });
  const revoke = useMutation({
    mutationFn: (key: ApiKey) => api.keys.revoke(key.id),
    onSuccess: (_, key) => showToast(`“${key.name}” is refused from now on`),
    onError: (error) => showToast(sentence(error), { tone: "danger" }),
    onSettled: () => {
      setDoomed(undefined);
      refresh();
    },
  });

  return (
    <Section
      title="API keys"
      says="For programs: OpenAI's own clients work with this server's address and a key."
    >
      {secret !== undefined && (
        <Created
          secret={secret}
          onDone={() => {
            setSecret(undefined);
          }}
        />
      )}
      <form
        className="mb-4 flex items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          const form = event.currentTarget;
          const name = new FormData(form).get("keyName");
          if (typeof name !== "string" || name.trim() === "") return;
          create.mutate(name.trim(), {
            onSuccess: () => {
              form.reset();
            },
          });
        }}
      >
        <TextField
          className="min-w-0 flex-1"
          label="Name of a new key"
          name="keyName"
          placeholder="laptop"
          required
          maxLength={80}
        />
        <Button type="submit" busy={create.isPending} className="h-10">
          Create key
        </Button>
      </form>
      {create.isError && (
        <div className="mb-4">
          <Trouble text={sentence(create.error)} />
        </div>
      )}
      {query.isPending ? (
        <Loading label="Loading keys" />
      ) : query.isError ? (
        <Trouble text={sentence(query.error)} />
      ) : query.data.length === 0 ? (
        <p className="rounded-xl border border-dashed px-4 py-6 text-center text-sm text-ink-3">
          No keys yet.
        </p>
      ) : (
        <ul className="divide-y rounded-xl border bg-raised">
          {query.data.map((key) => (
            <li key={key.id} className="flex items-center gap-3 px-4 py-3">
              <KeyRound aria-hidden className="size-[18px] shrink-0 text-ink-3" strokeWidth={1.6} />
              <div className="min-w-0 flex-1">
                <p className="truncate text-sm font-medium">{key.name}</p>
                <p className="truncate text-xs text-ink-3">
                  <code className="font-mono">{key.prefix}…</code> · made {ago(key.createdAt)} ·{" "}
                  {key.lastUsedAt == null ? "never used" : `used ${ago(key.lastUsedAt)}`}
                </p>
              </div>
              <Button
                size="sm"
                variant="danger"
                aria-label={`Revoke ${key.name}`}
                onClick={() => {
                  setDoomed(key);
                }}
              >
                Revoke
              </Button>
            </li>
          ))}
        </ul>
      )}
      <ConfirmDialog
        open={doomed !== undefined}
        onOpenChange={(open) => {
          if (!open) setDoomed(undefined);
        }}
        title={`Revoke “${doomed?.name ?? ""}”?`}
        text="Programs that use this key are refused at once. This cannot be undone."
        action="Revoke"
        busy={revoke.isPending}
        onConfirm={() => {
          if (doomed) revoke.mutate(doomed);
        }}
      />
    </Section>
  );
}
