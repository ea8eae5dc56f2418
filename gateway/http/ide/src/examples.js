// One tab for each file of examples/, in the order of the numbers in front of the names.
// Variables stand beside it: 3-build-by-number.graphql and 3-build-by-number.variables.json.
const documents = import.meta.glob("./examples/*.graphql", { query: "?raw", import: "default", eager: true });
const variables = import.meta.glob("./examples/*.variables.json", { query: "?raw", import: "default", eager: true });

export const exampleTabs = Object.keys(documents)
  .sort()
  .map((path) => ({
    query: documents[path],
    variables: variables[path.replace(/\.graphql$/, ".variables.json")] ?? null,
  }));
