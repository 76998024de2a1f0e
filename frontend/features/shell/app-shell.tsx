"use client";

import { PanelLeft, Search, SquarePen, X } from "lucide-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { usePathname, useRouter } from "next/navigation";
import { useDeferredValue, useEffect, useRef, useState, type ReactNode } from "react";
import { ConversationsProvider } from "@/features/chat";
import { SearchResults } from "@/features/search";
import { RequireSession } from "@/features/session";
import { ShortcutsDialog, useKeys, useShortcut } from "@/features/shortcuts";
import { isChatPage, openThread, ThreadList } from "@/features/threads";
import { cn } from "@/shared/lib/cn";
import { createStore, useStore } from "@/shared/lib/store";
import { storage } from "@/shared/lib/storage";
import { IconButton } from "@/shared/ui/icon-button";
import { Logo } from "@/shared/ui/logo";
import { Tips } from "@/shared/ui/tips";
import { ACCOUNT_BUTTON, AccountFace } from "./account-face";

// What opens over the page comes after it.
const AccountMenu = dynamic(() => import("./account-menu").then((module) => module.AccountMenu), {
  ssr: false,
  loading: () => (
    <div className={ACCOUNT_BUTTON}>
      <AccountFace />
    </div>
  ),
});
const Drawer = dynamic(() => import("./drawer").then((module) => module.Drawer), { ssr: false });

const SIDEBAR_KEY = "apex:sidebar";
/** On a wide page the list stands beside the chat; on a narrow one it is a drawer over it. */
const sidebarOpen = createStore(true);
const drawerOpen = createStore(false);
const isWide = () => matchMedia("(min-width: 48rem)").matches;

export function toggleSidebar(): void {
  if (isWide()) {
    sidebarOpen.set(!sidebarOpen.get());
    storage.set(SIDEBAR_KEY, String(sidebarOpen.get()));
  } else drawerOpen.set(!drawerOpen.get());
}

function closeDrawer(): void {
  drawerOpen.set(false);
}

function newChat(onChatPage: boolean): void {
  if (onChatPage) openThread(null);
  drawerOpen.set(false);
}

function Sidebar({ onHelp, drawer = false }: { onHelp: () => void; drawer?: boolean }) {
  const [search, setSearch] = useState("");
  const deferred = useDeferredValue(search.trim());
  const input = useRef<HTMLInputElement>(null);
  const onChatPage = isChatPage(usePathname());
  const written = useKeys();

  useShortcut("search", () => {
    if (isWide()) sidebarOpen.set(true);
    else drawerOpen.set(true);
    setTimeout(() => input.current?.focus(), 0);
  });

  return (
    <div className="flex h-full w-full flex-col">
      <div className="flex h-14 shrink-0 items-center justify-between pr-2.5 pl-4">
        <Link href="/" className="flex items-center gap-2.5" aria-label="Netra Apex, new chat">
          <Logo className="size-6 text-accent" />
          <span className="text-[0.9375rem] font-semibold tracking-[-0.02em]">Netra Apex</span>
        </Link>
        <IconButton
          label={drawer ? "Close the list" : "Hide the list"}
          keys={written("mod+shift+s").join(" ")}
          onClick={toggleSidebar}
        >
          {drawer ? <X aria-hidden /> : <PanelLeft aria-hidden />}
        </IconButton>
      </div>
      <div className="flex flex-col gap-2 px-3 pb-2">
        <Link
          href="/"
          onClick={(event) => {
            if (onChatPage && !event.metaKey && !event.ctrlKey) event.preventDefault();
            newChat(onChatPage);
          }}
          className="flex h-10 items-center gap-2.5 rounded-xl border bg-raised px-3 text-sm font-medium shadow-[0_1px_2px_rgb(0_0_0/0.03)] transition-colors hover:border-line-strong"
        >
          <SquarePen aria-hidden className="size-4 text-accent" />
          New chat
        </Link>
        <div className="relative">
          <Search
            aria-hidden
            className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-ink-3"
          />
          <input
            ref={input}
            type="search"
            role="searchbox"
            aria-label="Search chats"
            placeholder="Search chats"
            value={search}
            onChange={(event) => {
              setSearch(event.target.value);
            }}
            onKeyDown={(event) => {
              if (event.key === "Escape") setSearch("");
            }}
            className="h-9 w-full rounded-xl bg-sunken pr-14 pl-9 text-sm outline-none placeholder:text-ink-3 focus:ring-2 focus:ring-accent/50 [&::-webkit-search-cancel-button]:hidden"
          />
          {search === "" ? (
            <kbd className="pointer-events-none absolute top-1/2 right-2.5 -translate-y-1/2 font-sans text-[0.6875rem] text-ink-3 pointer-coarse:hidden">
              {written("mod+k").join(" ")}
            </kbd>
          ) : (
            <button
              type="button"
              aria-label="Clear the search"
              onClick={() => {
                setSearch("");
                input.current?.focus();
              }}
              className="absolute top-1/2 right-1.5 grid size-6 -translate-y-1/2 place-items-center rounded-md text-ink-3 hover:text-ink"
            >
              <X aria-hidden className="size-3.5" />
            </button>
          )}
        </div>
      </div>
      <nav aria-label="Chats" className="min-h-0 flex-1 overflow-y-auto px-3 pb-2">
        {deferred === "" ? (
          <ThreadList onOpen={closeDrawer} />
        ) : (
          <SearchResults query={deferred} onOpen={closeDrawer} />
        )}
      </nav>
      <div className="border-t p-2.5 pb-[max(0.625rem,env(safe-area-inset-bottom))]">
        <AccountMenu onHelp={onHelp} />
      </div>
    </div>
  );
}

function DrawerWhenAsked({ children }: { children: ReactNode }) {
  const open = useStore(drawerOpen);
  if (!open) return null;
  return <Drawer onClose={closeDrawer}>{children}</Drawer>;
}

function Shell({ children }: { children: ReactNode }) {
  const open = useStore(sidebarOpen);
  const [help, setHelp] = useState(false);
  const onChatPage = isChatPage(usePathname());
  const pathname = usePathname();
  const router = useRouter();

  useEffect(() => {
    sidebarOpen.set(storage.get(SIDEBAR_KEY) !== "false");
  }, []);
  useEffect(() => {
    drawerOpen.set(false);
  }, [pathname]);

  useShortcut("newChat", () => {
    newChat(onChatPage);
    if (!onChatPage) router.push("/");
  });
  useShortcut("sidebar", toggleSidebar);
  useShortcut("help", () => {
    setHelp(true);
  });
  const showHelp = () => {
    setHelp(true);
  };

  return (
    <div className="flex h-dvh overflow-hidden">
      <a
        href="#main"
        className="sr-only z-50 rounded-lg bg-ink px-3 py-2 text-sm text-canvas focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        Skip to the chat
      </a>
      <aside
        aria-label="Chats and account"
        inert={!open}
        className={cn(
          "hidden shrink-0 overflow-hidden bg-panel transition-[width] duration-200 ease-out md:block",
          open ? "w-72 border-r" : "w-0",
        )}
      >
        <div className="h-full w-72">
          <Sidebar onHelp={showHelp} />
        </div>
      </aside>
      <DrawerWhenAsked>
        <Sidebar onHelp={showHelp} drawer />
      </DrawerWhenAsked>
      <div className="flex min-w-0 flex-1 flex-col">{children}</div>
      {help && <ShortcutsDialog open onOpenChange={setHelp} />}
      <Tips />
    </div>
  );
}

/** Shown where the list is hidden: brings it back. */
export function SidebarButton() {
  const open = useStore(sidebarOpen);
  return (
    <IconButton
      label="Show the list of chats"
      onClick={toggleSidebar}
      className={open ? "md:hidden" : undefined}
    >
      <PanelLeft aria-hidden />
    </IconButton>
  );
}

/** The frame of every page for a signed-in person. */
export function AppShell({ children }: { children: ReactNode }) {
  return (
    <RequireSession>
      <ConversationsProvider>
        <Shell>{children}</Shell>
      </ConversationsProvider>
    </RequireSession>
  );
}
