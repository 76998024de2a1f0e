"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronDown, Sparkles } from "lucide-react";
import { useEffect } from "react";
import type { Model } from "@/api-client";
import { useServices, useUser } from "@/features/session";
import { createStore, useStore } from "@/shared/lib/store";
import { storage } from "@/shared/lib/storage";

export const MODEL_BUTTON =
  "inline-flex h-8 max-w-48 min-w-0 items-center gap-1.5 rounded-lg px-2 text-[0.8125rem] font-medium text-ink-2 hover:bg-sunken hover:text-ink data-[state=open]:bg-sunken";

export const chosenModel = createStore<string | undefined>(undefined);
export const modelKey = (userId: string) => `apex:model:${userId}`;

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
  const userId = useUser().id;
  const id = useStore(chosenModel);
  useEffect(() => {
    chosenModel.set(storage.get(modelKey(userId)) ?? undefined);
  }, [userId]);
  return (
    data?.find((model) => model.id === id) ??
    data?.find((model) => model.default) ??
    data?.find((model) => model.available) ??
    data?.[0]
  );
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
