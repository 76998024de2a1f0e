"use client";

import { ChartNoAxesColumn, Keyboard, LogOut, Monitor, Moon, Settings, Sun } from "lucide-react";
import { useRouter } from "next/navigation";
import { useServices } from "@/features/session";
import { useStore } from "@/shared/lib/store";
import { chooseTheme, theme, type Theme } from "@/shared/theme";
import { ACCOUNT_BUTTON, AccountFace } from "./account-face";
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

export function AccountMenu({ onHelp }: { onHelp: () => void }) {
  const { session } = useServices();
  const router = useRouter();
  const chosen = useStore(theme);
  return (
    <Menu>
      <MenuTrigger className={ACCOUNT_BUTTON}>
        <span className="sr-only">Account of </span>
        <AccountFace />
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
