/** How the connection gets through: a WebSocket, or HTTP in its stead. */
export type Transport = "socket" | "http";

const KEY = "apex:transport";

/** What got through last in this tab, so that a reload need not find out again. */
export const transportMemory = {
  get(): Transport {
    try {
      return globalThis.sessionStorage.getItem(KEY) === "http" ? "http" : "socket";
    } catch {
      return "socket";
    }
  },
  set(transport: Transport): void {
    try {
      if (transport === "http") globalThis.sessionStorage.setItem(KEY, transport);
      else globalThis.sessionStorage.removeItem(KEY);
    } catch {
      // Forbidden: the next page load finds out again.
    }
  },
};
