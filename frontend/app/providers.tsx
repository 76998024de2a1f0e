"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";
import { ProblemError } from "@/api-client";
import { AuthProvider } from "@/features/session";
import { followTheme } from "@/shared/theme";
import { Toaster } from "@/shared/ui/toast";

/** Only what may succeed later is asked again, three times at most. */
function worthRetrying(failures: number, error: Error): boolean {
  return failures < 3 && error instanceof ProblemError && error.problem.retryable;
}

export function Providers({ children }: { children: ReactNode }) {
  const [queries] = useState(
    () =>
      new QueryClient({
        defaultOptions: { queries: { retry: worthRetrying, refetchOnWindowFocus: true } },
      }),
  );
  useEffect(followTheme, []);
  return (
    <QueryClientProvider client={queries}>
      <AuthProvider>{children}</AuthProvider>
      <Toaster />
    </QueryClientProvider>
  );
}
