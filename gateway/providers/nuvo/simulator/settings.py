"""Switches of one running simulator, one for each point that no source settles; each may be changed at any time."""

from typing import Literal

import msgspec


class SimulatorSettings(msgspec.Struct, forbid_unknown_fields=True):
    """The defaults are the reading with the best evidence. `POST /__control/settings` changes some of them from outside."""

    # Lists. ASSUMED: both ways to write parameters are understood; disproved by a server that ignores one of them.
    query_styles: tuple[Literal["brackets", "json", "copied"], ...] = ("brackets", "json")
    # ASSUMED: `filters[created_by.identifier]` looks inside objects; disproved by a filtered list that holds other rows.
    dotted_filters: bool = True
    filters_honoured: bool = True
    sort_honoured: bool = True
    # "all": one page with every row. "first": the same first page again and again.
    pagination: Literal["honoured", "all", "first"] = "honoured"
    # "served" tells what was done, "asked" repeats the request, "zero" has only zeros, "absent" leaves the object out.
    pagination_echo: Literal["served", "asked", "zero", "absent"] = "served"
    # ASSUMED: `total` counts all matches; disproved by a total that never exceeds the page, as the prose has it.
    total: Literal["matches", "page"] = "matches"
    # ASSUMED: 25 rows unless asked otherwise, never more than 100; disproved by a longer list.
    default_limit: int = 25
    max_limit: int = 100
    over_limit: Literal["clamp", "refuse"] = "clamp"
    # ASSUMED: without a sort the oldest rows come first; disproved by the order of a real list.
    default_order: Literal["oldest_first", "newest_first"] = "oldest_first"
    # The vendor is believed to ignore parameters it does not know. Refusing them shows a misspelt one.
    unknown_parameters: Literal["refuse", "ignore"] = "refuse"
    # Rows of pipeline lists: the four members seen in a public application, or everything that a single read has.
    pipeline_rows: Literal["seen", "full"] = "seen"

    # Tokens. ASSUMED: the answer is wrapped in `data`; disproved by the bare object of the documentation.
    token_answer: Literal["data", "bare"] = "data"
    # ASSUMED: tokens live for an hour; disproved by one that is refused sooner or accepted later. None: for ever.
    token_lifetime_s: float | None = 3_600.0
    # Whether a login ends the identity's earlier tokens.
    one_token_each: bool = False
    authorization: tuple[Literal["bearer", "bare"], ...] = ("bearer", "bare")
    # ASSUMED: an identity that the license does not know is refused with 401; disproved by another status.
    unknown_identity_status: int = 401

    # Objects. ASSUMED: two forms in one object, as in the documents' examples; disproved by a recorded answer.
    timestamps: Literal["documented", "iso", "blank", "whole_seconds"] = "documented"
    log_start_name: Literal["started_at", "started_on"] = "started_at"
    log_type_words: Literal["prose", "example"] = "prose"  # CREATE and FIX, or CREATED and FIXED
    trigger_words: Literal["execution", "connector", "connector_past"] = "execution"  # EVENT, EVENT_BASE, EVENT_BASED
    # The list example shows an error beside the status SUCCESSFUL.
    error_on_success: bool = False
    # ASSUMED: a run that goes on has an entry in `logs` already; disproved by an execution at work without one.
    log_while_processing: bool = True

    # Addresses and answers.
    trailing_slash: Literal["either", "required", "refused"] = "either"
    error_body: Literal["message", "nested", "text", "empty"] = "message"
    create_status: Literal[200, 201, 202] = 201
    create_shape: Literal["list", "object"] = "list"  # the prose speaks of one id, every example has a list
    delete_answer: Literal["message", "empty"] = "message"
    # ASSUMED: what another identity owns is as good as absent; disproved by a 403 for it.
    foreign_status: Literal[403, 404] = 404
    # ASSUMED: a pipeline that is switched off cannot be run; disproved by an execution of one.
    inactive_pipelines_run: bool = False
    put_body: Literal["partial", "full"] = "full"
    # Stands for the host of the product's former name: every call is sent on to this origin.
    moved_to: str | None = None
    moved_status: Literal[301, 302, 307, 308] = 308
    # ASSUMED: 300 requests a minute and token, with Retry-After; disproved by the vendor's numbers.
    rate_limit: int = 300
    rate_window_s: float = 60.0
    retry_after_header: bool = True
