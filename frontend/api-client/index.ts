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
export type { Outgoing } from "./outbox";
export { Realtime, type ConnectionState } from "./realtime";
export type { RunListener } from "./subscriptions";
export { SessionManager, type SessionState } from "./session";
export { acceptedOf } from "./schemas";
export type {
  Accepted,
  ApiKey,
  Found,
  Limits,
  Message,
  Model,
  RunEvent,
  Session,
  Step,
  Thread,
  UsageReport,
  User,
} from "./schemas";
