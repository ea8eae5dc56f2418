"""Templates of destinations: what an account offers to a stream of records."""

from gateway.domain.commands.integration_contexts import CreateIntegrationContext, DeleteIntegrationContext
from gateway.domain.commands.pipelines import CreatePipeline, DeletePipeline, ReplacePipeline
from gateway.domain.commands.projects import CreateProject, DeleteProject
from gateway.domain.commands.runs import CancelRun, RetryRun, RunPipeline
from gateway.domain.commands.triggers import CreateTrigger
from gateway.domain.template import Template, TemplateParameter, Templates
from gateway.providers.codefresh.template_commands import CodefreshMaking

_ID = "5f1e2d3c4b5a69788796a5b4"
_PIPELINE_ID = TemplateParameter(name="pipelineId", description="The pipeline's id at Codefresh.", example=_ID)
_BUILD_ID = TemplateParameter(name="buildId", description="The build's id, as in its address.", example=_ID)
_PROJECT_ID = TemplateParameter(name="projectId", description="The project's id at Codefresh.", example=_ID)
_NAMES = (
    TemplateParameter(name="project", description="The project's name, as Codefresh spells it.", example="shop"),
    TemplateParameter(name="pipeline", description="The pipeline's name without that of its project.", example="deploy"),
)
_CONTEXT = TemplateParameter(name="contextName", description="The context's name.", example="shared-config")
_STEPS = {"build": {"title": "Build", "type": "build", "image_name": "acme/shop", "working_directory": "${{clone}}"}}


def templates_of(making: CodefreshMaking) -> Templates:
    """By name, in the order in which they are shown."""
    templates = (*_of_pipelines(making), *_of_builds(making), *_of_projects(making), *_of_contexts(making), _create_trigger(making))
    return {template.name: template for template in templates}


def _of_pipelines(making: CodefreshMaking) -> tuple[Template, ...]:
    return (
        Template(
            name="run-pipeline",
            title="Run Pipeline",
            description="Starts a build, with what the record says of it. The names must be spelt as Codefresh has them. The key "
            "needs the scopes Pipeline and Build.",
            command=RunPipeline,
            make=making.run_pipeline,
            parameters=_NAMES,
            example={"branch": "main", "variables": {"REGION": "eu-west-1", "REPLICAS": 3}, "noCache": True, "resetVolume": False},
        ),
        Template(
            name="create-pipeline",
            title="Create Pipeline",
            description="Creates a pipeline. The record is its definition as Codefresh has it, or the input of createPipeline. A "
            "definition names its project in metadata.project, or in its name. One that was read of another pipeline may be "
            "sent: its id, revision and times are not used.",
            command=CreatePipeline,
            make=making.create_pipeline,
            example={
                "version": "1.0",
                "kind": "pipeline",
                "metadata": {"name": "release", "project": "shop", "description": "Builds the shop", "labels": {"tags": ["web"]}},
                "spec": {"variables": [{"key": "LEVEL", "value": "info"}], "stages": ["build"], "steps": _STEPS, "concurrency": 1},
            },
        ),
        Template(
            name="update-pipeline",
            title="Update Pipeline",
            description="Puts the record in the place of a pipeline's whole definition: what it does not have is gone. It is a "
            "definition as Codefresh has it, or the input of replacePipeline. One with a revision is refused when the pipeline has "
            "changed since. Where it has both the project's name and id, the name decides.",
            command=ReplacePipeline,
            make=making.update_pipeline,
            parameters=(_PIPELINE_ID,),
            example={
                "version": "1.0",
                "kind": "pipeline",
                "metadata": {"name": "shop/deploy", "description": "Brings the shop out", "labels": {"tags": ["prod"]}},
                "spec": {"contexts": ["shared-config"], "stages": ["build"], "steps": _STEPS, "priority": 2},
            },
        ),
        Template(
            name="delete-pipeline",
            title="Delete Pipeline",
            description="Removes a pipeline for good.",
            command=DeletePipeline,
            make=making.delete_pipeline,
            parameters=(_PIPELINE_ID,),
            takes_record=False,
            destroys=True,
        ),
    )


def _of_builds(making: CodefreshMaking) -> tuple[Template, ...]:
    return (
        Template(
            name="terminate-build",
            title="Terminate Pipeline Build",
            description="Ends a build that is under way. A finished one is a conflict, and stays as it is.",
            command=CancelRun,
            make=making.terminate_build,
            parameters=(_BUILD_ID,),
            takes_record=False,
        ),
        Template(
            name="restart-build",
            title="Restart Pipeline Build",
            description="Starts a new build with what another one was started with.",
            command=RetryRun,
            make=making.restart_build,
            parameters=(_BUILD_ID,),
            takes_record=False,
        ),
    )


def _of_projects(making: CodefreshMaking) -> tuple[Template, ...]:
    return (
        Template(
            name="create-project",
            title="Create Project",
            description="Creates a project from the record: its `name`, and `tags` and `variables` if there are any.",
            command=CreateProject,
            make=making.create_project,
            example={"name": "storefront", "tags": ["web", "tier-1"]},
        ),
        Template(
            name="delete-project",
            title="Delete Project",
            description="Removes a project for good. Codefresh refuses as long as there are pipelines in it.",
            command=DeleteProject,
            make=making.delete_project,
            parameters=(_PROJECT_ID,),
            takes_record=False,
            destroys=True,
        ),
    )


def _of_contexts(making: CodefreshMaking) -> tuple[Template, ...]:
    return (
        Template(
            name="create-integration-context",
            title="Create Integration Context",
            description="Creates a context from the record: its `name`, its `type` and, in `configuration`, what it holds. "
            "Codefresh's own form with `metadata` and `spec` will do too.",
            command=CreateIntegrationContext,
            make=making.create_context,
            example={"name": "regions", "type": "config", "configuration": {"REGION": "eu-west-1", "LEVEL": "info"}},
        ),
        Template(
            name="delete-integration-context",
            title="Delete Integration Context",
            description="Removes a context, by its name, for good.",
            command=DeleteIntegrationContext,
            make=making.delete_context,
            parameters=(_CONTEXT,),
            takes_record=False,
            destroys=True,
        ),
    )


def _create_trigger(making: CodefreshMaking) -> Template:
    return Template(
        name="create-trigger",
        title="Create Pipeline Trigger",
        description="Gives a pipeline a trigger. The record has the `pipeline` (its full name, or its id), the `type` (Git, Cron, "
        "Helm or Registry), and in `configuration` what createTrigger takes for that type; or it is the input of createTrigger.",
        command=CreateTrigger,
        make=making.create_trigger,
        example={
            "pipeline": "shop/deploy",
            "type": "Cron",
            "name": "nightly",
            "configuration": {"expression": "0 0 2 * * *", "message": "every night", "branch": "main"},
        },
    )
