import type { ReactNode } from "react";
import { AppShell } from "@/features/shell";

export default function WorkspaceLayout({ children }: { children: ReactNode }) {
  return <AppShell>{children}</AppShell>;
}
