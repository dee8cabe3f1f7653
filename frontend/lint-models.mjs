// Lints every diagram in workflows/ with the rules that Camunda Modeler shows while drawing.
// `npm run lint-models [file ...]`; exits 1 when a diagram has an error.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const folder = resolve(here, "../workflows");

function diagrams() {
  const named = process.argv.slice(2).map((name) => resolve(process.env.INIT_CWD ?? ".", name));
  if (named.length) return named;
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(".bpmn"))
    .map((name) => join(folder, name));
}

const files = diagrams();
if (!files.length) {
  console.error("lint-models: no diagram found in workflows/");
  process.exit(1);
}
// bpmnlint reads its arguments as patterns relative to the folder with its configuration.
const linted = spawnSync(
  process.execPath,
  [join(here, "node_modules/bpmnlint/bin/bpmnlint.js"), ...files.map((file) => relative(here, file))],
  { cwd: here, stdio: "inherit" },
);
if (linted.status === 0) console.log(`lint-models: ${files.length} diagrams, no errors`);
process.exit(linted.status ?? 1);
