export const dynamic = "force-dynamic";

/** The front end serves files and depends on nothing, so it is ready as soon as it answers. */
export function GET(): Response {
  return Response.json({ status: "up" });
}
