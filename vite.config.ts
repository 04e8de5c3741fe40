import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Every file at the top of frontend/ts is an island that a template loads by its name. */
const islands = readdirSync("frontend/ts")
  .filter((name) => name.endsWith(".ts") && !/\.(test|gen|d)\.ts$/.test(name))
  .map((name) => `frontend/ts/${name}`);

/** WhiteNoise sends `name.gz` to whoever takes it; the demo serves the built folder as it is. */
const compressed: Plugin = {
  name: "compressed",
  apply: "build",
  writeBundle({ dir = "" }, bundle) {
    for (const name of Object.keys(bundle).filter((name) => /\.(css|js|wasm)$/.test(name))) {
      const path = join(dir, name);
      writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
    }
  },
};

export default defineConfig({
  base: "/static/",
  plugins: [compressed],
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
