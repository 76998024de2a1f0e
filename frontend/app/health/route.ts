export const dynamic = "force-dynamic";

/** Summary in the shape of the other services; the front end has no dependencies to report. */
export function GET(): Response {
  return Response.json({ status: "up", service: "frontend", dependencies: [] });
}
