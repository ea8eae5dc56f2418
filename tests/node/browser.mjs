// Opens GraphiQL as a person would: node browser.mjs URL --screenshot FILE [--query TEXT] [--dark] [--tabs]
//
// Types the query into the editor, presses run and waits until the answer is shown; with --tabs it runs
// the example of each tab before that. Prints one JSON report. Fails when the page asks another host.
// Chromium: the environment's CHROMIUM, else /usr/bin/chromium.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { chromium } from "playwright-core";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    screenshot: { type: "string" },
    query: { type: "string", default: "query Typed { providers { name kind } }" },
    dark: { type: "boolean", default: false },
    tabs: { type: "boolean", default: false },
  },
});
const [url] = positionals;
if (!url || !options.screenshot) {
  console.error("usage: node browser.mjs URL --screenshot FILE [--query TEXT] [--dark] [--tabs]");
  process.exit(2);
}

const WAIT_MS = 20_000;
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Second fence, for whatever the browser might ask on its own: no name resolves.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];

const own = new URL(url);
const report = { title: "", introspected: false, tabs: [], typed: "", response: null, requests: 0, foreign: [], complaints: [] };
const isOwn = (address) => {
  const { protocol, host } = new URL(address);
  return ["data:", "blob:"].includes(protocol) || host === own.host;
};

const profile = await mkdtemp(join(tmpdir(), "graphiql-"));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  headless: true,
  args: FLAGS,
  colorScheme: options.dark ? "dark" : "light",
  viewport: { width: 1440, height: 900 },
});
try {
  await context.route("**/*", async (route) => {
    report.requests += 1;
    const address = route.request().url();
    if (isOwn(address)) return route.continue();
    report.foreign.push(address);
    return route.abort();
  });
  await context.routeWebSocket(
    (address) => !isOwn(address.href),
    (socket) => {
      report.foreign.push(socket.url());
      socket.close();
    },
  );
  const page = context.pages()[0] ?? (await context.newPage());
  page.on("pageerror", (error) => report.complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") report.complaints.push(message.text());
  });

  const introspection = page.waitForResponse((response) => isOperation(response, "IntrospectionQuery"), {
    timeout: WAIT_MS,
  });
  await page.goto(url, { waitUntil: "load" });
  report.title = await page.title();
  report.introspected = Boolean((await (await introspection).json()).data?.__schema);
  const editor = page.getByRole("region", { name: "Operation Editor" }).locator(".monaco-editor").first();
  await editor.waitFor({ timeout: WAIT_MS });

  if (options.tabs) {
    for (const tab of await page.getByRole("tab").all()) {
      await tab.click();
      report.tabs.push({ title: await tab.innerText(), response: await run(page) });
    }
    await page.getByRole("tab").first().click();
  }

  await editor.click();
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Delete");
  await page.keyboard.type(options.query, { delay: 5 });
  report.typed = await text(page, "operation.graphql");
  report.response = await run(page);
  await page.getByRole("region", { name: "Result Window" }).getByText('"data"').waitFor({ timeout: WAIT_MS });
  await page.screenshot({ path: options.screenshot });
} finally {
  await context.close();
  await rm(profile, { recursive: true, force: true });
}

console.log(JSON.stringify(report, null, 2));
process.exitCode = report.foreign.length === 0 ? 0 : 1;

/** The whole text of one of GraphiQL's editors; the page itself only holds the lines in sight. */
function text(page, name) {
  return page.evaluate(
    (end) => globalThis.__MONACO.editor.getModels().find((model) => model.uri.path.endsWith(end)).getValue(),
    name,
  );
}

/** Presses run; the answer, once the response panel holds it. */
async function run(page) {
  await page.waitForTimeout(250); // GraphiQL notices a new operation name 100 ms after the last change
  const [sent] = await Promise.all([
    page.waitForResponse((response) => isOperation(response), { timeout: WAIT_MS }),
    page.getByRole("button", { name: /^Execute query/ }).click(),
  ]);
  const answer = await sent.json();
  await page.waitForFunction(
    (expected) => {
      const panel = globalThis.__MONACO.editor.getModels().find((model) => model.uri.path.endsWith("response.json"));
      return panel.getValue() !== "" && JSON.stringify(JSON.parse(panel.getValue())) === expected;
    },
    JSON.stringify(answer),
    { timeout: WAIT_MS },
  );
  return answer;
}

/** Whether a response answers a POST of that operation; without a name, of any but the introspection. */
function isOperation(response, name) {
  const request = response.request();
  if (request.method() !== "POST") return false;
  const sent = request.postDataJSON().operationName;
  return name ? sent === name : sent !== "IntrospectionQuery";
}
