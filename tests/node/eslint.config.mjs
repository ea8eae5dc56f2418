// Lints the SDL, from the checkout's root:
//   tests/node/node_modules/.bin/eslint --config tests/node/eslint.config.mjs schema/schema.graphql
import graphql from "@graphql-eslint/eslint-plugin";

const { configs, parser } = graphql;

export default [
  {
    files: ["**/*.graphql"],
    plugins: { "@graphql-eslint": graphql },
    languageOptions: {
      parser,
      parserOptions: { graphQLConfig: { schema: process.env.SCHEMA ?? "schema/schema.graphql" } },
    },
    rules: {
      ...configs["flat/schema-recommended"].rules,
      ...configs["flat/schema-relay"].rules,
      // @oneOf belongs to the specification; strawberry prints its definition, and without a description.
      "@graphql-eslint/require-description": ["error", { types: true, rootField: true }],
      // Forward paging only: no connection takes last and before.
      "@graphql-eslint/relay-arguments": ["error", { includeBoth: false }],
      // Rows need not be nodes (a job is none), and [Edge!]! is what our lists of edges are.
      "@graphql-eslint/relay-edge-types": [
        "error",
        { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
      ],
      // These have no identity of their own: they live in the answer or on the object that holds them.
      "@graphql-eslint/strict-id-in-types": [
        "error",
        {
          exceptions: {
            suffixes: ["Connection", "Edge", "Payload", "Error"],
            types: [
              "Actor",
              "Capability",
              "ImageTag",
              "JobLog",
              "PageInfo",
              "PipelineDefinition",
              "ProviderFault",
              "ProviderHealth",
              "ProviderOutcome",
              "PullRequest",
              "RateLimit",
              "Repository",
              "RunFailure",
              "RunTrigger",
            ],
          },
        },
      ],
    },
  },
];
