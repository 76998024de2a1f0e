import type { Metadata } from "next";
import { EntryPage } from "@/features/session";

export const metadata: Metadata = { title: "Sign in" };

export default function Page() {
  return <EntryPage mode="sign-in" />;
}
