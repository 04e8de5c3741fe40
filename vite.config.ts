import { readdirSync } from "node:fs";
import { defineConfig } from "vitest/config";

/** Every file at the top of frontend/ts is an island that a template loads by its name. */
const islands = readdirSync("frontend/ts")
  .filter((name) => name.endsWith(".ts") && !/\.(test|gen|d)\.ts$/.test(name))
  .map((name) => `frontend/ts/${name}`);

export default defineConfig({
  base: "/static/",
  publicDir: false,
  build: {
    outDir: "frontend/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    target: "es2022",
    rollupOptions: { input: islands },
  },
  test: {
    environment: "jsdom",
    include: ["frontend/ts/**/*.test.ts"],
    passWithNoTests: true,
  },
});
