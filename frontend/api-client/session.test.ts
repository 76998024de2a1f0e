import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { until, webLocks } from "@/test-support/env";
import { TestServer } from "@/test-support/server";
import { endpoints } from "./endpoints";
import { ApiClient } from "./http";
import { ProblemError } from "./problem";
import { SessionManager } from "./session";

const EMAIL = "ada@example.org";
const PASSWORD = "correct horse battery";

let server: TestServer;
let cookies: string;
let realFetch: typeof fetch;
const open: SessionManager[] = [];

/** One tab of a browser: all tabs share the cookie jar, the locks and the channel. */
function tab(options: ConstructorParameters<typeof SessionManager>[0] = {}): SessionManager {
  const session = new SessionManager({ base: server.url, ...options });
  open.push(session);
  return session;
}

beforeEach(async () => {
  server = await TestServer.start();
  server.world.addAccount(EMAIL, PASSWORD, "Ada");
  cookies = "";
  // Node's fetch has no cookie jar; a browser has.
  realFetch = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    if (cookies !== "") headers.set("Cookie", cookies);
    const response = await realFetch(input, { ...init, headers });
    const set = response.headers.getSetCookie()[0];
    if (set !== undefined) cookies = set.split(";")[0] ?? "";
    return response;
  };
});
afterEach(async () => {
  globalThis.fetch = realFetch;
  for (const session of open.splice(0)) session.close();
  await server.close();
});

const refreshes = () => server.calls.filter((call) => call === "POST /auth/refresh").length;

describe("FE-2 signing in", () => {
  it("FE-2 goes from the form over POST /auth/login to tokens and state", async () => {
    const session = tab();
    await session.signIn(EMAIL, PASSWORD);
    expect(server.calls).toEqual(["POST /auth/login"]);
    expect(session.state.get()).toMatchObject({ phase: "signed-in", user: { email: EMAIL } });
    expect(await session.token()).not.toBe("");
  });

  it("FE-2 keeps the access token out of everything that outlives the page", async () => {
    const session = tab();
    await session.signIn(EMAIL, PASSWORD);
    const token = await session.token();
    expect(JSON.stringify(session)).not.toContain(token);
    expect(cookies).not.toContain(token);
  });

  it("FE-2 a new page is signed in by the cookie alone", async () => {
    await tab().signIn(EMAIL, PASSWORD);
    const next = tab();
    await next.restore();
    expect(next.state.get().phase).toBe("signed-in");
  });

  it("FE-2 a wrong password is refused in the server's words and nothing is kept", async () => {
    const session = tab();
    await expect(session.signIn(EMAIL, "wrong")).rejects.toThrow("password is wrong");
    await session.restore();
    expect(session.state.get().phase).toBe("signed-out");
  });

  it("FE-2 registering signs in", async () => {
    const session = tab();
    await session.register("new@example.org", "a long enough one", "New");
    expect(session.state.get()).toMatchObject({ phase: "signed-in", user: { displayName: "New" } });
  });

  it("FE-2 registering with a weak password names the field", async () => {
    const failure = await tab()
      .register("new@example.org", "short", "New")
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ProblemError);
    expect((failure as ProblemError).field("password")).toBe("At least 8 characters.");
  });
});

describe("COM-2 the token is renewed before it ends", () => {
  it("COM-2 renews by itself at about four fifths of the token's life", async () => {
    server.tokens.lifeMs = 400;
    const session = tab();
    await session.signIn(EMAIL, PASSWORD);
    await until(() => refreshes() > 0);
    expect(session.state.get().phase).toBe("signed-in");
  });

  it("COM-2 ten calls at once that meet an old token share one renewal", async () => {
    const session = tab();
    await session.signIn(EMAIL, PASSWORD);
    const api = endpoints(new ApiClient(session, server.url));
    server.revokeTokens();
    await Promise.all(Array.from({ length: 10 }, () => api.threads.list({})));
    expect(refreshes()).toBe(1);
  });

  it("COM-2 two tabs take turns, spend no cookie twice, and end with the same token", async () => {
    const locks = webLocks();
    const one = tab({ locks, channel: new BroadcastChannel("tabs-1") });
    const two = tab({ locks, channel: new BroadcastChannel("tabs-1") });
    await one.signIn(EMAIL, PASSWORD);
    const old = await until(() => two.state.get().phase === "signed-in" && two.token());
    await Promise.all([one.renew(old), two.renew(old)]);
    let tokens: string[] = [];
    await until(() => {
      void Promise.all([one.token(), two.token()]).then((now) => (tokens = now));
      return tokens.length === 2 && tokens[0] === tokens[1];
    });
    expect(tokens[0]).not.toBe(old);
    // A cookie spent twice is refused, and a refusal ends the session.
    expect([one, two].map((session) => session.state.get().phase)).toEqual([
      "signed-in",
      "signed-in",
    ]);
  });

  it("signing out in one tab signs out the other", async () => {
    const one = tab({ channel: new BroadcastChannel("tabs-2") });
    const two = tab({ channel: new BroadcastChannel("tabs-2") });
    await one.signIn(EMAIL, PASSWORD);
    await until(() => two.state.get().phase === "signed-in");
    await one.signOut();
    await until(() => two.state.get().phase === "signed-out");
    expect(server.calls).toContain("POST /auth/logout");
  });
});

describe("FE-3 a call with a token the server no longer takes", () => {
  it("FE-3 is tried once more with a new one, and the caller sees only the answer", async () => {
    const session = tab();
    await session.signIn(EMAIL, PASSWORD);
    server.revokeTokens();
    const { items } = await endpoints(new ApiClient(session, server.url)).threads.list({});
    expect(items).toEqual([]);
    expect(server.calls.filter((call) => call === "GET /api/threads")).toHaveLength(2);
  });

  it("FE-3 ends the session when the auth service says no, and remembers who it was", async () => {
    const session = tab();
    await session.signIn(EMAIL, PASSWORD);
    server.revokeSessions();
    const api = endpoints(new ApiClient(session, server.url));
    await expect(api.threads.list({})).rejects.toBeInstanceOf(ProblemError);
    expect(session.state.get()).toMatchObject({ phase: "ended", user: { email: EMAIL } });
  });

  it("FE-3 an auth service that is away throws nobody out", async () => {
    const session = tab();
    await session.signIn(EMAIL, PASSWORD);
    server.down = true;
    await expect(session.renew(await session.token())).rejects.toBeInstanceOf(ProblemError);
    expect(session.state.get().phase).toBe("signed-in");
  });

  it("FE-3 a page opened while the server is away waits and then signs in", async () => {
    await tab().signIn(EMAIL, PASSWORD);
    server.down = true;
    const page = tab({ random: () => 0 });
    await page.restore();
    expect(page.state.get().phase).toBe("unreachable");
    server.down = false;
    await until(() => page.state.get().phase === "signed-in");
  });

  it("COM-1 an answer that is not as agreed is refused at the border", async () => {
    const session = tab();
    await session.signIn(EMAIL, PASSWORD);
    const thread = server.world.addThread([...server.world.accounts.keys()][0] ?? "", "x");
    (thread as { updatedAt: unknown }).updatedAt = null;
    const api = endpoints(new ApiClient(session, server.url));
    await expect(api.threads.list({})).rejects.toThrow("not as agreed");
  });
});
