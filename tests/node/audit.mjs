// Judges a running server by the GraphQL over HTTP specification: node audit.mjs URL
// Prints "61/61" and, below it, each audit that failed. Recommendations (SHOULD, MAY) count too.
import { auditServer } from "graphql-http";

const url = process.argv[2];
if (!url) {
  console.error("usage: node audit.mjs URL");
  process.exit(2);
}

const results = await auditServer({ url });
const failed = results.filter((result) => result.status !== "ok");

console.log(`${results.length - failed.length}/${results.length}`);
for (const { id, name, status, reason } of failed) console.log(`${status} ${id} ${name}: ${reason}`);
process.exitCode = failed.length === 0 ? 0 : 1;
