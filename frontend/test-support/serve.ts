// A server to develop against without the rest of the system:
//   npx tsx test-support/serve.ts [port] [port of the pages]
import { demo } from "./demo";
import { TestServer } from "./server";

const [port = "24100", pages = "3000"] = process.argv.slice(2);
const server = await TestServer.start({ port: Number(port), pages: Number(pages) });
server.world.script = demo;
const ada = server.world.addAccount("ada@example.org", "correct horse battery", "Ada Lovelace");
const day = 86_400_000;
const titles: [string, number, boolean?][] = [
  ["Guarded sessions, explained", 0.01, true],
  ["Release notes for 1.4", 3, true],
  ["Why is the pool exhausted at noon?", 0.02],
  ["Plan a migration to PostgreSQL 18", 0.1],
  ["Explain scoped values like I know thread locals", 1],
  ["Draft of the incident review", 1.2],
  ["Regex for semver with build metadata", 3],
  ["Backpressure in WebSockets", 4],
  ["Names for the new billing service", 9],
  ["Compare Argon2id parameters", 14],
  ["ClickHouse: sum over sliding windows", 40],
];
for (const [title, age, pinned] of titles) {
  const at = new Date(Date.now() - age * day).toISOString();
  const thread = server.world.addThread(ada.id, title, at);
  thread.pinned = pinned ?? false;
  server.world.addMessage(thread, { role: "user", content: title, createdAt: at });
  server.world.addMessage(thread, {
    role: "assistant",
    content: `A short answer to “${title}”.`,
    createdAt: at,
    model: "apex/guide",
    durationMs: 1830,
  });
}
const long = server.world.addThread(ada.id, "A long thread of 2,000 messages");
for (let i = 0; i < 1000; i++) {
  const createdAt = new Date(Date.now() - (1000 - i) * 60_000).toISOString();
  server.world.addMessage(long, { role: "user", content: `Question ${i + 1}`, createdAt });
  server.world.addMessage(long, {
    role: "assistant",
    content: `Answer **${i + 1}**.\n\n${"It has a few words of its own. ".repeat((i * 7) % 23)}\n\n\`\`\`js\nconst n = ${i};\n\`\`\``,
    createdAt,
    model: "apex/guide",
    durationMs: 900,
  });
}
console.log(`${server.url} (ada@example.org, "correct horse battery")`);
