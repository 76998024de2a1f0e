"use client";

import { useMutation } from "@tanstack/react-query";
import { Monitor, Moon, Sun } from "lucide-react";
import { ProblemError, sentence } from "@/api-client";
import { useServices, useUser } from "@/features/session";
import { cn } from "@/shared/lib/cn";
import { useStore } from "@/shared/lib/store";
import { chooseTheme, theme } from "@/shared/theme";
import { Button } from "@/shared/ui/button";
import { TextField } from "@/shared/ui/text-field";
import { showToast } from "@/shared/ui/toast";
import { Section } from "./section";

export function Profile() {
  const { api, session } = useServices();
  const user = useUser();
  const save = useMutation({
    mutationFn: (displayName: string) => api.account.change({ displayName }),
    onSuccess: ({ user: changed }) => {
      session.updated(changed);
      showToast("Saved");
    },
  });
  const fieldError =
    save.error instanceof ProblemError ? save.error.field("displayName") : undefined;
  return (
    <Section title="Profile" says="How you are greeted and listed.">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const name = new FormData(event.currentTarget).get("displayName");
          if (typeof name === "string") save.mutate(name.trim());
        }}
      >
        <TextField
          key={user.displayName}
          label="Name"
          name="displayName"
          autoComplete="name"
          defaultValue={user.displayName}
          required
          maxLength={100}
          error={save.error ? (fieldError ?? sentence(save.error)) : undefined}
        />
        <TextField label="E-mail" value={user.email} readOnly disabled />
        <Button type="submit" busy={save.isPending} className="self-start">
          Save
        </Button>
      </form>
    </Section>
  );
}

/** A new password ends every other session. */
export function Password() {
  const { api } = useServices();
  const save = useMutation({
    mutationFn: (body: { currentPassword: string; newPassword: string }) =>
      api.account.change(body),
    onSuccess: () => showToast("Password changed; the other sessions have ended"),
  });
  const problem = save.error instanceof ProblemError ? save.error : undefined;
  const newError = problem?.field("newPassword");
  return (
    <Section title="Password" says="Changing it signs you out everywhere else.">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const form = event.currentTarget;
          const data = new FormData(form);
          const currentPassword = data.get("currentPassword");
          const newPassword = data.get("newPassword");
          if (typeof currentPassword !== "string" || typeof newPassword !== "string") return;
          save.mutate(
            { currentPassword, newPassword },
            {
              onSuccess: () => {
                form.reset();
              },
            },
          );
        }}
      >
        <TextField
          label="Password now"
          name="currentPassword"
          type="password"
          autoComplete="current-password"
          required
          maxLength={128}
          error={save.error && newError === undefined ? sentence(save.error) : undefined}
        />
        <TextField
          label="New password"
          name="newPassword"
          type="password"
          autoComplete="new-password"
          required
          minLength={8}
          maxLength={128}
          error={newError}
        />
        <Button type="submit" busy={save.isPending} className="self-start">
          Change password
        </Button>
      </form>
    </Section>
  );
}

const THEMES = [
  { value: "light", label: "Light", icon: Sun },
  { value: "dark", label: "Dark", icon: Moon },
  { value: "system", label: "As the system", icon: Monitor },
] as const;

export function Appearance() {
  const chosen = useStore(theme);
  return (
    <Section title="Appearance" says="Kept in this browser.">
      <fieldset className="grid grid-cols-3 gap-2.5">
        <legend className="sr-only">Theme</legend>
        {THEMES.map(({ value, label, icon: Icon }) => (
          <label
            key={value}
            className={cn(
              "flex cursor-pointer flex-col items-center gap-2 rounded-xl border bg-raised p-3.5 text-center text-[0.8125rem] font-medium has-focus-visible:outline-2 has-focus-visible:outline-accent",
              chosen === value
                ? "border-accent text-accent ring-1 ring-accent"
                : "text-ink-2 hover:border-line-strong",
            )}
          >
            <input
              type="radio"
              name="theme"
              value={value}
              checked={chosen === value}
              onChange={() => {
                chooseTheme(value);
              }}
              className="sr-only"
            />
            <Icon aria-hidden className="size-5" strokeWidth={1.7} />
            {label}
          </label>
        ))}
      </fieldset>
    </Section>
  );
}
