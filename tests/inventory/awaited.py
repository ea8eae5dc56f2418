"""What the gateway is still to get. Whoever adds one is told by the tests which entries wait for it."""

MUTATIONS = frozenset(
    {
        *("runPipeline", "cancelRun", "retryRun", "approveRun", "denyRun", "unblockJob", "retryJob"),
        *("createPipeline", "updatePipeline", "replacePipeline", "deletePipeline", "archivePipeline", "unarchivePipeline"),
        *("schedulePipeline", "unschedulePipeline", "pausePipeline", "resumePipeline"),
        *("createProject", "updateProject", "deleteProject"),
        *("createWorkspace", "updateWorkspace", "deleteWorkspace"),
        *("createEnvironment", "updateEnvironment", "deleteEnvironment"),
        *("createIntegrationContext", "updateIntegrationContext", "deleteIntegrationContext"),
        *("createTrigger", "deleteTrigger", "deleteArtifact", "deleteArtifactVersion"),
        *("createDataConnection", "updateDataConnection", "deleteDataConnection"),
        *("createPromotion", "updatePromotion", "deletePromotion", "analyzePromotion", "executePromotion"),
        *("assignPromotionUser", "unassignPromotionUser", "createAnnotation", "deleteAnnotation"),
        *("stopAgent", "pauseAgent", "resumeAgent", "pauseQueue", "resumeQueue"),
    }
)
"""Mutations that are planned. Those that exist by now may stay here: it is the entries that may not wait for them any more."""

PARTS = {
    "mutations": "Mutation.runPipeline",
    "destinations": "Query.destinations",
}
"""Part of the gateway -> the path of the schema that is there as soon as the part is."""
