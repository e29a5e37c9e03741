// Builds the front end into the folder that is named: hashed files and a manifest of their names.
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { build } from "esbuild";

const target = process.argv[2];
rmSync(target, { force: true, recursive: true });

const { metafile } = await build({
  assetNames: "[name]-[hash]",
  bundle: true,
  entryNames: "[name]-[hash]",
  entryPoints: [
    "crm/static/css/app.css",
    "crm/static/img/logo.svg",
    "crm/static/js/app.js",
    "crm/static/js/network.js",
  ],
  format: "iife",
  legalComments: "linked",
  loader: { ".svg": "copy", ".woff2": "file" },
  logLevel: "warning",
  metafile: true,
  // Names hold a hash of paths too: where node_modules is a link, they must be the same.
  preserveSymlinks: true,
  minify: true,
  outdir: target,
  target: ["chrome123", "firefox121", "safari17.5"],
});

// A file made of one source (a font, a picture) goes by the name of that source.
const names = Object.entries(metafile.outputs).flatMap(([file, { entryPoint, inputs }]) => {
  const sources = Object.keys(inputs);
  const source = entryPoint ?? (sources.length === 1 ? sources[0] : undefined);
  return source && !file.endsWith(".txt") ? [[path.basename(source), path.basename(file)]] : [];
});
const manifest = Object.fromEntries(names.sort(([one], [other]) => (one < other ? -1 : 1)));
writeFileSync(path.join(target, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
