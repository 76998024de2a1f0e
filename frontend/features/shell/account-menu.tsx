"use client";

import {
  ChartNoAxesColumn,
  ChevronsUpDown,
  Keyboard,
  LogOut,
  Monitor,
  Moon,
  Settings,
  Sun,
} from "lucide-react";
import { useRouter } from "next/navigation";
import { useServices, useUser } from "@/features/session";
import { useStore } from "@/shared/lib/store";
import { chooseTheme, theme, type Theme } from "@/shared/theme";
import {
  Menu,
  MenuContent,
  MenuItem,
  MenuLabel,
  MenuRadio,
  MenuRadioGroup,
  MenuSeparator,
  MenuTrigger,
} from "@/shared/ui/menu";

export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(
    (word) => Array.from(word ?? "")[0] ?? "",
  );
  return letters.join("").toUpperCase() || "?";
}

export function AccountMenu({ onHelp }: { onHelp: () => void }) {
  const user = useUser();
  const { session } = useServices();
  const router = useRouter();
  const chosen = useStore(theme);
  return (
    <Menu>
      <MenuTrigger
        aria-label={`Account of ${user.displayName}`}
        className="flex w-full items-center gap-2.5 rounded-xl p-1.5 text-left hover:bg-sunken data-[state=open]:bg-sunken"
      >
        <span
          aria-hidden
          className="grid size-8 shrink-0 place-items-center rounded-full bg-accent text-xs font-semibold text-accent-ink"
        >
          {initials(user.displayName)}
        </span>
        <span className="min-w-0 flex-1 leading-tight">
          <span className="block truncate text-sm font-medium">{user.displayName}</span>
          <span className="block truncate text-xs text-ink-3">{user.email}</span>
        </span>
        <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-ink-3" />
      </MenuTrigger>
      <MenuContent side="top" align="start" className="w-64">
        <MenuItem
          onSelect={() => {
            router.push("/usage");
          }}
        >
          <ChartNoAxesColumn aria-hidden /> Usage
        </MenuItem>
        <MenuItem
          onSelect={() => {
            router.push("/settings");
          }}
        >
          <Settings aria-hidden /> Settings
        </MenuItem>
        <MenuItem onSelect={onHelp}>
          <Keyboard aria-hidden /> Keyboard shortcuts
        </MenuItem>
        <MenuSeparator />
        <MenuLabel>Theme</MenuLabel>
        <MenuRadioGroup
          value={chosen}
          onValueChange={(value) => {
            chooseTheme(value as Theme);
          }}
        >
          <MenuRadio value="light">
            <Sun aria-hidden /> Light
          </MenuRadio>
          <MenuRadio value="dark">
            <Moon aria-hidden /> Dark
          </MenuRadio>
          <MenuRadio value="system">
            <Monitor aria-hidden /> As the system
          </MenuRadio>
        </MenuRadioGroup>
        <MenuSeparator />
        <MenuItem onSelect={() => void session.signOut()}>
          <LogOut aria-hidden /> Sign out
        </MenuItem>
      </MenuContent>
    </Menu>
  );
}
