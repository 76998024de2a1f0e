"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Laptop, Smartphone } from "lucide-react";
import { sentence, type Session } from "@/api-client";
import { useServices } from "@/features/session";
import { ago } from "@/shared/lib/time";
import { Button } from "@/shared/ui/button";
import { showToast } from "@/shared/ui/toast";
import { Loading, Section, Trouble } from "./section";

const BROWSERS: [RegExp, string][] = [
  [/Edg\//, "Edge"],
  [/OPR\//, "Opera"],
  [/Firefox\//, "Firefox"],
  [/Chrome\//, "Chrome"],
  [/Safari\//, "Safari"],
];
const SYSTEMS: [RegExp, string][] = [
  [/Android/, "Android"],
  [/iPhone|iPad/, "iOS"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/Linux/, "Linux"],
];

/** "Chrome on Linux", as far as the header tells. */
export function deviceName(userAgent: string): string {
  const of = (table: [RegExp, string][]) => table.find(([mark]) => mark.test(userAgent))?.[1];
  const browser = of(BROWSERS);
  const system = of(SYSTEMS);
  if (browser === undefined && system === undefined) return "Unknown device";
  return [browser ?? "Browser", system].filter(Boolean).join(" on ");
}

function Row({ session, onRevoke }: { session: Session; onRevoke: () => void }) {
  const agent = session.userAgent ?? "";
  const Icon = /Mobile|Android|iPhone/.test(agent) ? Smartphone : Laptop;
  const used = session.lastUsedAt ?? session.createdAt;
  return (
    <li className="flex items-center gap-3 px-4 py-3">
      <Icon aria-hidden className="size-5 shrink-0 text-ink-3" strokeWidth={1.6} />
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm font-medium">
          {deviceName(agent)}
          {session.current && (
            <span className="ml-2 rounded-full bg-accent-soft px-2 py-0.5 text-xs text-accent">
              this one
            </span>
          )}
        </p>
        <p className="truncate text-xs text-ink-3">
          {[session.address, `used ${ago(used)}`].filter(Boolean).join(" · ")}
        </p>
      </div>
      {!session.current && (
        <Button size="sm" onClick={onRevoke} aria-label={`Sign out ${deviceName(agent)}`}>
          Sign out
        </Button>
      )}
    </li>
  );
}

export function Sessions() {
  const { api } = useServices();
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: ["sessions"],
    queryFn: async ({ signal }) => (await api.account.sessions(signal)).items,
  });
  const revoke = useMutation({
    mutationFn: (id: string | "others") =>
      id === "others" ? api.account.revokeOthers() : api.account.revoke(id),
    onSuccess: () => showToast("Signed out there"),
    onError: (error) => showToast(sentence(error), { tone: "danger" }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["sessions"] }),
  });
  return (
    <Section
      title="Sessions"
      says="Where your account is signed in. A session signed out here ends at once."
    >
      {query.isPending ? (
        <Loading label="Loading sessions" />
      ) : query.isError ? (
        <Trouble text={sentence(query.error)} />
      ) : (
        <>
          <ul className="divide-y rounded-xl border bg-raised">
            {query.data.map((session) => (
              <Row
                key={session.id}
                session={session}
                onRevoke={() => {
                  revoke.mutate(session.id);
                }}
              />
            ))}
          </ul>
          {query.data.length > 1 && (
            <Button
              className="mt-3"
              onClick={() => {
                revoke.mutate("others");
              }}
            >
              Sign out everywhere else
            </Button>
          )}
        </>
      )}
    </Section>
  );
}
