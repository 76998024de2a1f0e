import Link from "next/link";
import { Logo } from "@/shared/ui/logo";

export default function NotFound() {
  return (
    <main className="grid h-full place-items-center p-6 text-center">
      <div className="flex flex-col items-center gap-3">
        <Logo className="size-10 text-accent" />
        <h1 className="text-xl font-semibold tracking-tight">There is no such page</h1>
        <Link href="/" className="text-sm font-medium text-accent hover:underline">
          Go to your chats
        </Link>
      </div>
    </main>
  );
}
