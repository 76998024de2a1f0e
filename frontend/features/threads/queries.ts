"use client";

import {
  useInfiniteQuery,
  useMutation,
  useQueryClient,
  type InfiniteData,
} from "@tanstack/react-query";
import { sentence, type Thread } from "@/api-client";
import { useServices } from "@/features/session";
import { showToast } from "@/shared/ui/toast";

interface Page {
  items: Thread[];
  nextCursor?: string | null | undefined;
}
type Pages = InfiniteData<Page, string | null>;

export function useThreads() {
  const { api } = useServices();
  return useInfiniteQuery({
    queryKey: ["threads"],
    queryFn: ({ pageParam, signal }) => api.threads.list({ before: pageParam, limit: 40 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page) => page.nextCursor ?? null,
    placeholderData: (previous) => previous,
    staleTime: 15_000,
  });
}

/** Changes of threads, shown at once and taken back when the server refuses. */
export function useThreadActions() {
  const { api } = useServices();
  const queries = useQueryClient();

  function edit(change: (thread: Thread) => Thread | null): void {
    queries.setQueriesData<Pages>({ queryKey: ["threads"] }, (data) =>
      data === undefined
        ? data
        : {
            ...data,
            pages: data.pages.map((page) => ({
              ...page,
              items: page.items.flatMap((thread) => {
                const changed = change(thread);
                return changed === null ? [] : [changed];
              }),
            })),
          },
    );
  }
  const settled = () => void queries.invalidateQueries({ queryKey: ["threads"] });
  const failed = (error: unknown) => {
    showToast(sentence(error), { tone: "danger" });
  };

  const change = useMutation({
    mutationFn: ({ id, ...body }: { id: string; title?: string; pinned?: boolean }) =>
      api.threads.change(id, body),
    onMutate: async ({ id, ...body }) => {
      await queries.cancelQueries({ queryKey: ["threads"] });
      edit((thread) => (thread.id === id ? { ...thread, ...body } : thread));
    },
    onError: failed,
    onSettled: settled,
  });

  const remove = useMutation({
    mutationFn: (thread: Thread) => api.threads.remove(thread.id),
    onMutate: async (thread) => {
      await queries.cancelQueries({ queryKey: ["threads"] });
      edit((other) => (other.id === thread.id ? null : other));
    },
    onSuccess: (_, thread) => {
      showToast(`“${thread.title || "New chat"}” deleted`, {
        forMs: 10_000,
        action: {
          label: "Undo",
          run: () => {
            api.threads.change(thread.id, { deleted: false }).then(settled, failed);
          },
        },
      });
    },
    onError: failed,
    onSettled: settled,
  });

  return { change: change.mutate, remove: remove.mutate };
}
