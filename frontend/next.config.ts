import type { NextConfig } from "next";
import { PHASE_DEVELOPMENT_SERVER } from "next/constants";

/** Every page is static; `scripts/finish-build.mjs` puts the hashes of its inline scripts here. */
const PAGES = ["/", "/settings", "/usage", "/sign-in", "/sign-up"];

function contentSecurityPolicy(page: string, development: boolean): string {
  const scripts = development ? "'unsafe-inline' 'unsafe-eval'" : `{{script-hashes ${page}}}`;
  return [
    "default-src 'self'",
    `script-src 'self' ${scripts}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

const security = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "Referrer-Policy", value: "same-origin" },
  { key: "X-Frame-Options", value: "DENY" },
  {
    key: "Permissions-Policy",
    value: "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  },
];

export default function config(phase: string): NextConfig {
  const development = phase === PHASE_DEVELOPMENT_SERVER;
  const edge = process.env["FRONTEND_DEV_EDGE_URL"] ?? "http://127.0.0.1:8080";
  return {
    output: "standalone",
    outputFileTracingRoot: import.meta.dirname,
    turbopack: { root: import.meta.dirname },
    poweredByHeader: false,
    reactStrictMode: true,
    devIndicators: false,
    compress: true,
    headers: () =>
      Promise.resolve([
        ...PAGES.map((page) => ({
          source: page,
          headers: [
            { key: "Content-Security-Policy", value: contentSecurityPolicy(page, development) },
            ...security,
          ],
        })),
        {
          source: "/c/:thread",
          headers: [
            { key: "Content-Security-Policy", value: contentSecurityPolicy("/", development) },
            ...security,
          ],
        },
      ]),
    rewrites: () =>
      Promise.resolve({
        // One static page serves every thread: the id is read from the address in the browser.
        beforeFiles: [{ source: "/c/:thread", destination: "/" }],
        afterFiles: [],
        fallback: development
          ? ["/api", "/auth", "/oauth2", "/ws"].flatMap((prefix) => [
              { source: prefix, destination: `${edge}${prefix}` },
              { source: `${prefix}/:path*`, destination: `${edge}${prefix}/:path*` },
            ])
          : [],
      }),
  };
}
