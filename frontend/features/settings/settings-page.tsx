"use client";

import type { ReactNode } from "react";
import { PageFrame } from "@/shared/ui/page-frame";
import { AccountData } from "./account-data";
import { ApiKeys } from "./api-keys";
import { Appearance, Password, Profile } from "./profile";
import { Sessions } from "./sessions";

export function SettingsPage({ sidebarButton }: { sidebarButton: ReactNode }) {
  return (
    <PageFrame title="Settings" sidebarButton={sidebarButton}>
      <Profile />
      <Appearance />
      <Password />
      <Sessions />
      <ApiKeys />
      <AccountData />
    </PageFrame>
  );
}
