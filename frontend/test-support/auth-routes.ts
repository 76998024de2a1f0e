import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { notFound, Refusal, type Answer, type Body } from "./refusal";
import type { TestServer } from "./server";
import type { Token } from "./tokens";
import type { Account } from "./world";

function person({ password: _password, ...user }: Account) {
  return user;
}

function grant(server: TestServer, account: Account, sessionId: string = randomUUID()): Answer {
  const { access, refresh } = server.tokens.issue(account, sessionId);
  return {
    status: 200,
    json: {
      accessToken: access,
      tokenType: "Bearer",
      expiresIn: server.tokens.lifeMs / 1000,
      user: person(account),
    },
    headers: { "Set-Cookie": `apex_refresh=${refresh}; HttpOnly; SameSite=Strict; Path=/auth` },
  };
}

/** What is under `/auth`. */
export function answerAuth(
  server: TestServer,
  method: string,
  path: string[],
  body: Body,
  incoming: IncomingMessage,
): Answer {
  const cookie = /apex_refresh=([^;]+)/.exec(incoming.headers.cookie ?? "")?.[1] ?? "";
  switch (`${method} ${path.join("/")}`) {
    case "POST register": {
      const email = String(body["email"]);
      const password = String(body["password"]);
      if (password.length < 8) {
        throw new Refusal(422, "validation_failed", "The request has invalid fields.", [
          { field: "password", message: "At least 8 characters." },
        ]);
      }
      if ([...server.world.accounts.values()].some((account) => account.email === email)) {
        throw new Refusal(409, "conflict", "This address is taken.");
      }
      const account = server.world.addAccount(email, password, String(body["displayName"]));
      return { status: 201, json: { user: person(account) } };
    }
    case "POST login": {
      const account = [...server.world.accounts.values()].find(
        (other) => other.email === body["email"] && other.password === body["password"],
      );
      if (account === undefined) {
        throw new Refusal(
          401,
          "invalid_credentials",
          "The e-mail address or the password is wrong.",
        );
      }
      return grant(server, account);
    }
    case "POST refresh": {
      const family = server.tokens.spend(cookie);
      if (family === undefined) throw new Refusal(401, "unauthenticated", "Sign in to continue.");
      const { json, ...answer } = grant(server, family.account, family.sessionId);
      const { user: _user, ...renewal } = json as { user: unknown };
      return { ...answer, json: renewal };
    }
    case "POST logout":
      server.tokens.spend(cookie);
      return { status: 204 };
    default:
      return accountOf(server, method, path, body, server.tokens.of(incoming));
  }
}

function accountOf(
  server: TestServer,
  method: string,
  path: string[],
  body: Body,
  token: Token,
): Answer {
  const { account, sessionId } = token;
  switch (`${method} ${path[0] ?? ""}`) {
    case "GET me":
      return path[1] === "export"
        ? { status: 200, json: { account: person(account) } }
        : { status: 200, json: { user: person(account) } };
    case "PATCH me":
      account.displayName = String(body["displayName"] ?? account.displayName);
      return { status: 200, json: { user: person(account) } };
    case "DELETE me":
      server.world.accounts.delete(account.id);
      server.revokeSessions();
      return { status: 204 };
    case "GET sessions":
      return {
        status: 200,
        json: {
          items: [
            {
              id: sessionId,
              current: true,
              createdAt: new Date().toISOString(),
              userAgent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/140",
              address: "127.0.0.1",
            },
          ],
        },
      };
    case "DELETE sessions":
      return { status: 204 };
    default:
      throw notFound();
  }
}
