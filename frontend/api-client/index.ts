export { ApiClient, type TokenSource } from "./http";
export { endpoints, type Endpoints } from "./endpoints";
export {
  problemOf,
  ProblemError,
  sentence,
  unreachable,
  UNREACHABLE,
  type Problem,
} from "./problem";
export { Realtime, type ConnectionState, type Outgoing, type RunListener } from "./realtime";
export { SessionManager, type SessionState } from "./session";
export type {
  Accepted,
  ApiKey,
  Found,
  Message,
  Model,
  RunEvent,
  Session,
  Step,
  Thread,
  UsageReport,
  User,
} from "./schemas";
