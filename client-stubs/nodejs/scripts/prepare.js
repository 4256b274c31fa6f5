// Builds dist/. Run by `npm install` of a checkout too, which for a linked folder installs no compiler first.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("..", import.meta.url));
const compiler = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
const runtime = fileURLToPath(new URL("../node_modules/thrift", import.meta.url));

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: folder, stdio: ["ignore", 2, 2], shell: command === "npm" });
  if (status !== 0) {
    console.error(`headgate: ${command} ${args.join(" ")} failed${error ? `: ${error.message}` : ""}`);
    process.exit(status ?? 1);
  }
}

if (!existsSync(compiler) || !existsSync(runtime)) {
  run("npm", ["ci", "--ignore-scripts", "--include=dev", "--no-audit", "--no-fund"]);
}
run(process.execPath, [compiler, "-p", "tsconfig.json"]);
