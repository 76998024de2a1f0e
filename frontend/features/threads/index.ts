export { isChatPage, openThread, threadHref, useThreadId } from "./location";
export { useThreadActions, useThreads } from "./queries";
export { ThreadList } from "./thread-list";
