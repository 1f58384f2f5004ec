// Builds everything the browser gets into static/built: one style sheet, one script, one icon sprite, fonts;
// and, for pages with a map, a sheet and scripts of its own.
import { readFile, rm, writeFile, mkdir } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import path from "node:path";
import esbuild from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.join(here, "static", "built");
// A page without a map gets the first two only.
const BUDGETS = { "app.css": 45, "app.js": 40, "field.js": 20, "map.css": 5, "map.js": 330, "map-worker.js": 155, "map-edit.js": 85 };
// Oldest browsers that understand the colours of the tokens; esbuild lowers what is newer than they are.
const target = ["chrome111", "firefox113", "safari16.4"];

// The system's wish selects the same rule that a person's choice does; the rule is written once.
const SYSTEM_WISHES = {
  "scheme-dark.css": "(prefers-color-scheme: dark)",
  "scheme-contrast.css": "(prefers-contrast: more) and (prefers-color-scheme: light)",
};
const schemes = {
  name: "schemes",
  setup(build) {
    build.onLoad({ filter: /scheme-\w+\.css$/ }, async ({ path: file }) => {
      const chosen = await readFile(file, "utf8");
      const wished = chosen.replace(/:root\[data-scheme="\w+"\]/, ":root:not([data-scheme])");
      if (wished === chosen) throw new Error(`${file}: no rule for :root[data-scheme="…"]`);
      return { contents: `@media ${SYSTEM_WISHES[path.basename(file)]} {\n${wished}\n}\n${chosen}`, loader: "css" };
    });
  },
};

async function sprite() {
  const names = JSON.parse(await readFile(path.join(here, "icons.json"), "utf8"));
  const symbols = await Promise.all(
    Object.entries(names).map(async ([name, source]) => {
      const svg = await readFile(path.join(here, "node_modules/@tabler/icons/icons/outline", `${source}.svg`), "utf8");
      const drawing = svg.replace(/<!--.*?-->/s, "").replace(/^[\s\S]*?<svg[^>]*>|<\/svg>\s*$/g, "").replace(/\s*\n\s*/g, "");
      return `<symbol id="${name}" viewBox="0 0 24 24">${drawing}</symbol>`;
    }),
  );
  await writeFile(path.join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

async function check() {
  let heavy = false;
  for (const [name, budget] of Object.entries(BUDGETS)) {
    const kilobytes = gzipSync(await readFile(path.join(out, name)), { level: 9 }).length / 1024;
    console.log(`${name}: ${kilobytes.toFixed(1)} kB gz of ${budget}`);
    heavy ||= kilobytes > budget;
  }
  if (heavy) throw new Error("Over budget: take out what no page needs, or load it only where it is needed.");
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await esbuild.build({
  entryPoints: { app: path.join(here, "styles/main.css") },
  outdir: out, bundle: true, minify: true, target,
  loader: { ".woff2": "file" }, assetNames: "[name]", plugins: [schemes], logLevel: "warning",
});
await esbuild.build({
  entryPoints: { app: path.join(here, "scripts/app.js") },
  outdir: out, bundle: true, minify: true, target, format: "iife", logLevel: "warning",
});
await esbuild.build({
  entryPoints: { field: path.join(here, "scripts/field.js") },
  outdir: out, bundle: true, minify: true, target, format: "esm", logLevel: "warning",
});
await esbuild.build({
  entryPoints: { map: path.join(here, "styles/map.css") },
  outdir: out, bundle: true, minify: true, target, logLevel: "warning",
});
// Whole files without imports of each other: names with a hash, which production gives them, would break those.
await esbuild.build({
  entryPoints: { map: path.join(here, "scripts/map.js"), "map-edit": path.join(here, "scripts/map-edit.js") },
  outdir: out, bundle: true, minify: true, target: ["chrome111", "firefox114", "safari16.4"], format: "esm",
  logLevel: "warning",
});
// Production looks for every file that a script names, and the map of its sources is not among ours.
const worker = await readFile(path.join(here, "node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs"), "utf8");
await writeFile(path.join(out, "map-worker.js"), worker.replace(/\n\/\/# sourceMappingURL=.*/, ""));
await sprite();
await check();
