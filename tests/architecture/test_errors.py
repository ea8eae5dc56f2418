"""Every named failure has a code, and every code a reader."""

from gateway.domain import errors

CODES = {
    "UNAUTHENTICATED", "FORBIDDEN", "BAD_USER_INPUT", "NOT_FOUND", "CONFLICT", "NOT_SUPPORTED", "RATE_LIMITED", "UPSTREAM_TIMEOUT",
    "UPSTREAM_UNAVAILABLE", "UPSTREAM_MALFORMED", "UPSTREAM_UNAUTHENTICATED", "BUDGET_EXCEEDED", "DEADLINE_EXCEEDED", "INTERNAL",
    "BAD_REQUEST", "STORE_UNAVAILABLE", "DESTINATION_NOT_ACTIVE", "QUEUE_FULL",
}  # fmt: skip


def below(cls):
    return {cls} | {each for sub in cls.__subclasses__() for each in below(sub)}


def own_leaves():
    return {cls for cls in below(errors.GatewayError) if "code" in vars(cls)}


def test_every_class_has_a_code_of_its_own():
    codes = [leaf.code for leaf in own_leaves()]

    assert sorted(codes) == sorted(CODES)


def test_every_other_class_refines_one_that_has_a_code():
    assert all(hasattr(cls, "code") for cls in below(errors.GatewayError) - {errors.GatewayError, errors.UpstreamError})


def test_the_tree_in_the_docstring_is_the_tree():
    for leaf in own_leaves():
        line = next(line for line in errors.__doc__.splitlines() if f" {leaf.__name__} " in line)
        assert leaf.code in line


def test_a_problem_carries_what_a_client_needs():
    error = errors.RateLimitedError("wait", provider="p", retry_after_s=3.5, request_id="r")

    assert error.problem() == errors.Problem("RATE_LIMITED", "wait", True, 3.5, "r")
