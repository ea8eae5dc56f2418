// Opens GraphiQL as a person would: node browser.mjs URL --screenshot FILE [--query TEXT] [--dark] [--tabs]
//
// Types the query into the editor, presses run and waits for the answer; with --tabs it then runs the
// example of each tab. Prints one JSON report. Fails when the page asks anything of another host.
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
const report = { title: "", typed: "", response: null, tabs: [], requests: 0, foreign: [], complaints: [] };
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

  await page.goto(url, { waitUntil: "load" });
  report.title = await page.title();
  const editor = page.getByRole("region", { name: "Operation Editor" }).locator(".monaco-editor").first();
  await editor.waitFor({ timeout: WAIT_MS });

  await editor.click();
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Delete");
  await page.keyboard.type(options.query, { delay: 5 });
  report.typed = await text(page, "operation.graphql");
  report.response = await run(page);
  await page.getByRole("region", { name: "Result Window" }).getByText('"data"').waitFor({ timeout: WAIT_MS });
  await page.screenshot({ path: options.screenshot });

  if (options.tabs) {
    const tabs = page.getByRole("tab");
    for (let index = 1; index < (await tabs.count()); index += 1) {
      await tabs.nth(index).click();
      report.tabs.push({ title: await tabs.nth(index).innerText(), response: await run(page) });
    }
  }
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

async function run(page) {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === "POST", { timeout: WAIT_MS }),
    page.getByRole("button", { name: /^Execute query/ }).click(),
  ]);
  await answer.finished();
  await page.waitForFunction(
    () => globalThis.__MONACO.editor.getModels().some((m) => m.uri.path.endsWith("response.json") && m.getValue()),
    undefined,
    { timeout: WAIT_MS },
  );
  return JSON.parse(await text(page, "response.json"));
}
