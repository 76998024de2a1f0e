import { useEffect, useState, type RefObject } from "react";
import type { VirtualizerHandle } from "virtua";
import type { Target } from "@/features/threads";
import { showToast } from "@/shared/ui/toast";
import type { Conversation } from "./conversation";
import { markWords } from "./mark-words";

/** How long the view is kept at the message while what is around it is still being measured. */
const SETTLE_MS = 1500;
const LOOK_MS = 80;
/** How long the message stays marked. */
const SHOWN_MS = 6000;

/** Wishes that were fulfilled: coming back to a thread later is no new one. */
const fulfilled = new WeakSet<Target>();

interface View {
  scroller: RefObject<HTMLElement | null>;
  list: RefObject<VirtualizerHandle | null>;
  /** The place of a message among the rows as they are now. */
  indexOf: (messageId: string) => number;
  /** The view is not at the end any more. */
  letGo: () => void;
}

function centred(scroller: HTMLElement, element: Element): boolean {
  const view = scroller.getBoundingClientRect();
  const { top, bottom, height } = element.getBoundingClientRect();
  const middle = height > view.height ? top + 40 : (top + bottom) / 2;
  return middle > view.top + view.height * 0.1 && middle < view.bottom - view.height * 0.1;
}

/**
 * Brings a message into view, loading what lies between, and marks it for a while. Returns the id of the message marked
 * now.
 */
export function useTargetInView(
  target: Target | null,
  conversation: Conversation,
  view: View,
): string | null {
  const [marked, setMarked] = useState<string | null>(null);

  useEffect(() => {
    if (target === null || fulfilled.has(target)) return;
    const { messageId, words } = target;
    const { scroller, list, indexOf, letGo } = view;
    let over = false;
    let unmark: (() => void) | undefined;
    const timers = new Set<ReturnType<typeof setTimeout>>();
    const later = (ms: number, work: () => void) => {
      timers.add(setTimeout(work, ms));
    };
    const findElement = () => scroller.current?.querySelector(`[data-message="${messageId}"]`);

    const show = (element: Element) => {
      setMarked(messageId);
      unmark = markWords(element, words);
      const article = element.querySelector<HTMLElement>("article");
      article?.focus({ preventScroll: true });
      later(SHOWN_MS, () => {
        setMarked(null);
        unmark?.();
      });
    };
    const hold = (until: number) => {
      if (over || scroller.current === null) return;
      const element = findElement();
      const there = element != null && centred(scroller.current, element);
      if (!there) {
        list.current?.scrollToIndex(indexOf(messageId), { align: "center" });
      }
      if (Date.now() < until) {
        later(LOOK_MS, () => {
          hold(until);
        });
      } else if (element != null) show(element);
    };
    void conversation.reach(messageId).then((reached) => {
      if (over) return;
      fulfilled.add(target);
      if (!reached) {
        showToast("That message is not in this chat any more.");
        return;
      }
      letGo();
      later(0, () => {
        hold(Date.now() + SETTLE_MS);
      });
    });
    return () => {
      over = true;
      timers.forEach(clearTimeout);
      unmark?.();
      setMarked(null);
    };
    // A wish is one object: what the view does later is no reason to go there again.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [target, conversation]);

  return marked;
}
