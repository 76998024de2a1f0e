export {
  aimAt,
  aimAtAddress,
  isChatPage,
  openThread,
  threadHref,
  useTarget,
  useThreadId,
  type Target,
} from "./location";
export { useThreadActions, useThreads } from "./queries";
export { ThreadList } from "./thread-list";
