"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronDown, Sparkles } from "lucide-react";
import type { Model } from "@/api-client";
import { useServices, useUser } from "@/features/session";
import { createStore, useStore } from "@/shared/lib/store";
import { storage } from "@/shared/lib/storage";

export const MODEL_BUTTON =
  "inline-flex h-8 max-w-48 min-w-0 items-center gap-1.5 rounded-lg px-2 text-[0.8125rem] font-medium text-ink-2 hover:bg-sunken hover:text-ink data-[state=open]:bg-sunken";

const modelKey = (userId: string) => `apex:model:${userId}`;

const chosen = createStore<{ userId: string; id: string } | undefined>(undefined);

/** Keeps the person's choice, also for later visits. */
export function chooseModel(userId: string, id: string): void {
  chosen.set({ userId, id });
  storage.set(modelKey(userId), id);
}

function useChoice(): string | undefined {
  const userId = useUser().id;
  const latest = useStore(chosen);
  return latest?.userId === userId ? latest.id : (storage.get(modelKey(userId)) ?? undefined);
}

export function useModels() {
  const { api } = useServices();
  return useQuery({
    queryKey: ["models"],
    queryFn: async ({ signal }) => (await api.models(signal)).items,
    staleTime: 60_000,
  });
}

/** The model for the next message: the person's choice if it is still there, else the server's. */
export function useChosenModel(): Model | undefined {
  const { data } = useModels();
  const id = useChoice();
  return (
    data?.find((model) => model.id === id) ??
    data?.find((model) => model.default) ??
    data?.find((model) => model.available) ??
    data?.[0]
  );
}

/** What a message is sent with: until it is known which models there are, the person's choice as it was kept. */
export function useChosenModelId(): string | undefined {
  const { data } = useModels();
  const choice = useChoice();
  const model = useChosenModel();
  return data === undefined ? choice : model?.id;
}

export function modelName(model: Pick<Model, "id" | "name">): string {
  return model.name ?? model.id.split("/").at(-1) ?? model.id;
}

/** The model for the next message, as shown under the message field. */
export function ModelFace() {
  const query = useModels();
  const current = useChosenModel();
  return (
    <>
      <Sparkles aria-hidden className="size-3.5 shrink-0 text-accent" />
      <span className="truncate">
        {current ? modelName(current) : query.isPending ? "Loading…" : "No model"}
      </span>
      <ChevronDown aria-hidden className="size-3.5 shrink-0 text-ink-3" />
    </>
  );
}
