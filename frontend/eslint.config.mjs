import next from "eslint-config-next/core-web-vitals";
import boundaries from "eslint-plugin-boundaries";
import tseslint from "typescript-eslint";

/** `shared` knows nobody; `api-client` knows `shared`; a feature knows both and another feature's face. */
const layers = [
  { from: "shared", to: ["shared"] },
  { from: "api-client", to: ["shared", "api-client"] },
  { from: "feature", to: ["shared", "api-client", "feature"] },
  { from: "app", to: ["shared", "api-client", "feature", "app"] },
  { from: "test-support", to: ["shared", "api-client", "test-support"] },
];

export default tseslint.config(
  { ignores: [".next/**", "node_modules/**", "next-env.d.ts"] },
  ...next,
  ...tseslint.configs.strict,
  {
    files: ["**/*.{ts,tsx}"],
    plugins: { boundaries },
    settings: {
      "boundaries/elements": [
        { type: "shared", pattern: "shared" },
        { type: "api-client", pattern: "api-client" },
        { type: "feature", pattern: "features/*", capture: ["name"] },
        { type: "app", pattern: "app" },
        { type: "test-support", pattern: "test-support" },
      ],
      "import/resolver": { typescript: { alwaysTryTypes: true } },
    },
    rules: {
      "@typescript-eslint/no-unused-vars": [
        "error",
        { varsIgnorePattern: "^_", argsIgnorePattern: "^_" },
      ],
      "boundaries/dependencies": [
        "error",
        {
          default: "disallow",
          policies: [
            ...layers.map(({ from, to }) => ({
              from: { element: { type: from } },
              allow: { to: { element: { types: { anyOf: to } } } },
            })),
            { allow: { to: { module: { origin: ["external", "core"] } } } },
          ],
        },
      ],
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: ["@/features/*/*"],
              message: "Import a feature by its face (index.ts), or relatively inside the feature.",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["**/*.test.{ts,tsx}", "test-support/**"],
    rules: { "boundaries/dependencies": "off" },
  },
);
