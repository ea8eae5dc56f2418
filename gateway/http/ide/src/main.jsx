import "graphiql/setup-workers/vite";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import "./main.css";

import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";

import { exampleTabs } from "./examples.js";

const ENDPOINT = new URL("/graphql", window.location.href);

const fetcher = createGraphiQLFetcher({
  url: ENDPOINT.href,
  subscriptionUrl: ENDPOINT.href.replace(/^http/, "ws"),
  headers: {
    "content-type": "application/json",
    accept: "application/graphql-response+json, application/json",
  },
  enableIncrementalDelivery: false, // the gateway has no @defer; with it on, "multipart/mixed" is asked for
});

createRoot(document.getElementById("ide")).render(
  <GraphiQL
    fetcher={fetcher}
    defaultTabs={exampleTabs}
    defaultEditorToolsVisibility="variables"
    inputValueDeprecation
    schemaDescription
  >
    <GraphiQL.Logo>CI/CD gateway</GraphiQL.Logo>
  </GraphiQL>,
);
