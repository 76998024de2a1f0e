export { AuthProvider, useServices, useSession, useUser } from "./context";
export { EntryPage } from "./entry-page";
export { RequireSession } from "./require-session";
