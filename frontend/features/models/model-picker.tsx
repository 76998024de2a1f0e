"use client";

import { Check } from "lucide-react";
import { sentence, type Model } from "@/api-client";
import { useUser } from "@/features/session";
import { cn } from "@/shared/lib/cn";
import {
  Menu,
  MenuContent,
  MenuLabel,
  MenuRadio,
  MenuRadioGroup,
  MenuTrigger,
} from "@/shared/ui/menu";
import {
  chooseModel,
  MODEL_BUTTON,
  ModelFace,
  modelName,
  useChosenModel,
  useModels,
} from "./models";

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
        className={MODEL_BUTTON}
      >
        <ModelFace />
      </MenuTrigger>
      <MenuContent align="start" side="top" className="w-72">
        {query.isError && <p className="p-3 text-sm text-danger">{sentence(query.error)}</p>}
        <MenuRadioGroup
          value={current?.id ?? ""}
          onValueChange={(id) => {
            chooseModel(userId, id);
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
