import { defineConfig } from "vite";

// The gateway serves `static/` at this path. Every address in the bundle starts with it, so the
// page at /graphql loads its scripts, styles, fonts and workers from its own origin and no other.
export default defineConfig({
  base: "/graphiql/",
  build: {
    outDir: "static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0, // a data: address would need a hole in the content security policy
    license: { fileName: "licenses.md" },
    chunkSizeWarningLimit: 4000, // the Monaco editor is one chunk of about 3 MB
    rolldownOptions: {
      onLog(level, log, report) {
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") report(level, log); // "use client" means nothing here
      },
    },
  },
  worker: { format: "es" },
});
