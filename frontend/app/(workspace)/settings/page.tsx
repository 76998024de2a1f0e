import type { Metadata } from "next";
import { SettingsPage } from "@/features/settings";
import { SidebarButton } from "@/features/shell";

export const metadata: Metadata = { title: "Settings" };

export default function Page() {
  return <SettingsPage sidebarButton={<SidebarButton />} />;
}
