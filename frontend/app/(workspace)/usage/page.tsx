import type { Metadata } from "next";
import { UsagePage } from "@/features/usage";
import { SidebarButton } from "@/features/shell";

export const metadata: Metadata = { title: "Usage" };

export default function Page() {
  return <UsagePage sidebarButton={<SidebarButton />} />;
}
