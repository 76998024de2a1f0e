export { AppShell, SidebarButton } from "./app-shell";
