import { ChatPage } from "@/features/chat";
import { SidebarButton } from "@/features/shell";

export default function Page() {
  return <ChatPage sidebarButton={<SidebarButton />} />;
}
