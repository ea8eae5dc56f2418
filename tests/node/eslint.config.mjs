// Lints the SDL, from the checkout's root:
//   tests/node/node_modules/.bin/eslint --config tests/node/eslint.config.mjs schema/schema.graphql
import graphql from "@graphql-eslint/eslint-plugin";

const { configs, parser } = graphql;

// Relay takes every type whose name ends in Connection for a page of a list. These lead to a database or a queue, as their
// vendor calls it: two rules pass them over, and a field that returns one needs no paging arguments.
const DATA_CONNECTIONS = ["DataConnection", "TaskConnection"];
const exceptDataConnections = (rule) => ({
  ...rule,
  create: (context) =>
    Object.fromEntries(
      Object.entries(rule.create(context)).map(([selector, check]) => [
        selector,
        (node) => DATA_CONNECTIONS.includes((node.name ?? node).value) || check(node),
      ]),
    ),
});
const plugin = {
  ...graphql,
  rules: {
    ...graphql.rules,
    "relay-arguments": exceptDataConnections(graphql.rules["relay-arguments"]),
    "relay-connection-types": exceptDataConnections(graphql.rules["relay-connection-types"]),
  },
};

export default [
  {
    files: ["**/*.graphql"],
    plugins: { "@graphql-eslint": plugin },
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
              "ArtifactParameter",
              "ArtifactSource",
              "ArtifactVersion",
              "AuditEntry",
              "AutoUpgrade",
              "Batching",
              "Capability",
              "DataConnectionParameter",
              "DaysOfPeriod",
              "DestinationCall",
              "DestinationCounters",
              "DestinationFault",
              "DestinationPreview",
              "DestinationTemplate",
              "ExecutionAttempt",
              "ExecutionMetrics",
              "Forwarding",
              "ImageTag",
              "ItemReport",
              "JobLog",
              "ManualEndpoint",
              "PageInfo",
              "Pair",
              "Pause",
              "PipelineDefinition",
              "PlanStep",
              "PlanTask",
              "PreviewedBatch",
              "ProjectMembers",
              "PromotedItem",
              "PromotedWorkspace",
              "PromotionReport",
              "PromotionUsers",
              "PropertyInObject",
              "ProviderFault",
              "ProviderHealth",
              "ProviderOutcome",
              "PullRequest",
              "RateLimit",
              "Receipt",
              "RecordRefusal",
              "ReportMessage",
              "Repository",
              "ResponseWebhook",
              "RunConfiguration",
              "RunFailure",
              "RunStats",
              "RunTrigger",
              "Runtime",
              "ScheduleTrigger",
              "ScheduleWebhook",
              "ScheduledRun",
              "SourceCommit",
              "TaskArtifact",
              "TaskDefinition",
              "TaskParameter",
              "TaskResource",
              "TemplateParameter",
              "TemplateUse",
              "TimesOfDay",
            ],
          },
        },
      ],
    },
  },
];
