// Builds everything that a page loads into shared/web/static/dist: app.css, app.js, diagram.css, diagram.js.
// One short program instead of a bundler's configuration: two style sheets through Sass, two scripts through esbuild.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = fileURLToPath(new URL("../shared/web/static/dist/", import.meta.url));

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });

for (const name of ["app", "diagram"]) {
  const { css } = sass.compile(`${here}styles/${name}.scss`, {
    loadPaths: [`${here}node_modules`],
    style: "compressed",
    quietDeps: true,
  });
  await writeFile(`${target}${name}.css`, css);
}

await esbuild.build({
  absWorkingDir: here,
  entryPoints: ["scripts/app.js", "scripts/diagram.js"],
  outdir: target,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2020",
  charset: "utf8",
  legalComments: "eof", // the licences of the bundled packages stay with them
  logLevel: "warning",
});
