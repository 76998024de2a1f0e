// After `next build`: completes the standalone output (static files, our server.js) and writes the
// SHA-256 of each page's inline scripts into that page's Content-Security-Policy.
import { createHash } from "node:crypto";
import { cp, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const built = path.join(root, ".next");
const standalone = path.join(built, "standalone");

/** The page of a Content-Security-Policy placeholder → its prerendered file. */
function prerendered(page) {
  return path.join(built, "server", "app", `${page === "/" ? "index" : page.slice(1)}.html`);
}

/** Inline scripts only: those with a `src` are covered by 'self'. */
function inlineScripts(html) {
  return [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map((m) => m[1]);
}

async function hashesOf(page) {
  const html = await readFile(prerendered(page), "utf8");
  const hashes = inlineScripts(html).map(
    (script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`,
  );
  if (hashes.length === 0) throw new Error(`no inline script found in the page ${page}`);
  return [...new Set(hashes)].join(" ");
}

async function fillPolicies(directory) {
  const file = path.join(directory, "routes-manifest.json");
  let manifest = await readFile(file, "utf8");
  const pages = new Set([...manifest.matchAll(/\{\{script-hashes ([^}]+)\}\}/g)].map((m) => m[1]));
  if (pages.size === 0) return 0;
  for (const page of pages) {
    manifest = manifest.replaceAll(`{{script-hashes ${page}}}`, await hashesOf(page));
  }
  await writeFile(file, manifest);
  return pages.size;
}

await cp(path.join(built, "static"), path.join(standalone, ".next", "static"), { recursive: true });
await cp(path.join(root, "public"), path.join(standalone, "public"), { recursive: true });
await rename(path.join(standalone, "server.js"), path.join(standalone, "next-server.js"));
await cp(path.join(root, "scripts", "server.mjs"), path.join(standalone, "server.js"));
for (const file of ["settings.mjs", "settings.schema.json"]) {
  await cp(path.join(root, "scripts", file), path.join(standalone, file));
}
await fillPolicies(built);
const pages = await fillPolicies(path.join(standalone, ".next"));
if (pages === 0) throw new Error("no Content-Security-Policy placeholder found in the build");
console.log(
  `standalone output ready: ${path.relative(process.cwd(), standalone)} (${pages} pages)`,
);
