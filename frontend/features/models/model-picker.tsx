"use client";

import { useQuery } from "@tanstack/react-query";
import { Check, ChevronDown, Sparkles } from "lucide-react";
import { sentence, type Model } from "@/api-client";
import { useServices, useUser } from "@/features/session";
import { createStore, useStore } from "@/shared/lib/store";
import { storage } from "@/shared/lib/storage";
import { cn } from "@/shared/lib/cn";
import {
  Menu,
  MenuContent,
  MenuLabel,
  MenuRadio,
  MenuRadioGroup,
  MenuTrigger,
} from "@/shared/ui/menu";
import { useEffect } from "react";

const chosen = createStore<string | undefined>(undefined);
const key = (userId: string) => `apex:model:${userId}`;

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
  const id = useStore(chosen);
  useEffect(() => {
    chosen.set(storage.get(key(userId)) ?? undefined);
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

function byProvider(models: Model[]): [string, Model[]][] {
  const groups = new Map<string, Model[]>();
  for (const model of models) {
    const provider = model.provider || model.id.split("/")[0] || "Models";
    groups.set(provider, [...(groups.get(provider) ?? []), model]);
  }
  return [...groups];
}

export function ModelPicker() {
  const query = useModels();
  const current = useChosenModel();
  const userId = useUser().id;

  return (
    <Menu>
      <MenuTrigger
        aria-label={`Model: ${current ? modelName(current) : "none"}`}
        className="inline-flex h-8 max-w-48 min-w-0 items-center gap-1.5 rounded-lg px-2 text-[0.8125rem] font-medium text-ink-2 hover:bg-sunken hover:text-ink data-[state=open]:bg-sunken"
      >
        <Sparkles aria-hidden className="size-3.5 shrink-0 text-accent" />
        <span className="truncate">
          {current ? modelName(current) : query.isPending ? "Loading…" : "No model"}
        </span>
        <ChevronDown aria-hidden className="size-3.5 shrink-0 text-ink-3" />
      </MenuTrigger>
      <MenuContent align="start" side="top" className="w-72">
        {query.isError && <p className="p-3 text-sm text-danger">{sentence(query.error)}</p>}
        <MenuRadioGroup
          value={current?.id ?? ""}
          onValueChange={(id) => {
            chosen.set(id);
            storage.set(key(userId), id);
          }}
        >
          {byProvider(query.data ?? []).map(([provider, models]) => (
            <div key={provider} role="group" aria-label={provider}>
              <MenuLabel>{provider}</MenuLabel>
              {models.map((model) => (
                <MenuRadio key={model.id} value={model.id}>
                  <span className="min-w-0 flex-1">
                    <span
                      className={cn("block truncate font-medium", !model.available && "text-ink-3")}
                    >
                      {modelName(model)}
                    </span>
                    {model.description != null && (
                      <span className="line-clamp-2 text-xs text-ink-3">{model.description}</span>
                    )}
                    {!model.available && (
                      <span className="block text-xs text-warn">Not available right now</span>
                    )}
                  </span>
                  {model.id === current?.id && <Check aria-hidden className="text-accent!" />}
                </MenuRadio>
              ))}
            </div>
          ))}
        </MenuRadioGroup>
      </MenuContent>
    </Menu>
  );
}
