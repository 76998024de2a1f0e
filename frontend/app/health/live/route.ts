export const dynamic = "force-dynamic";

/** The process answers: that is all there is to be alive. */
export function GET(): Response {
  return Response.json({ status: "up" });
}
