// `npm start`: runs the standalone output as production does.
process.chdir(new URL("../.next/standalone/", import.meta.url).pathname);
await import("../.next/standalone/server.js");
