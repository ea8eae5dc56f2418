// Compiles saved client documents as a Relay application would: node relay.mjs SCHEMA FOLDER
// Relay reads documents only from tagged templates in JavaScript, so each NAME.graphql becomes NAME.js
// in a folder of its own, which is thrown away afterwards.
import { spawnSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import compiler from "relay-compiler";

const [schema, folder] = process.argv.slice(2);
if (!schema || !folder) {
  console.error("usage: node relay.mjs SCHEMA FOLDER");
  process.exit(2);
}

const project = await mkdtemp(join(tmpdir(), "relay-"));
try {
  await mkdir(join(project, "src"));
  await copyFile(schema, join(project, "schema.graphql"));
  await copyFile(join(import.meta.dirname, "relay.config.json"), join(project, "relay.config.json"));
  for (const file of (await readdir(folder)).filter((name) => name.endsWith(".graphql"))) {
    const documents = (await readFile(join(folder, file), "utf8")).replaceAll("`", "'"); // only in comments
    const tagged = `import { graphql } from "relay-runtime";\ngraphql\`\n${documents}\`;\n`;
    await writeFile(join(project, "src", `${basename(file, ".graphql")}.js`), tagged);
  }
  const { status, error } = spawnSync(compiler, ["relay.config.json"], { cwd: project, stdio: "inherit" });
  if (error) throw error;
  process.exitCode = status ?? 1;
} finally {
  await rm(project, { recursive: true, force: true });
}
