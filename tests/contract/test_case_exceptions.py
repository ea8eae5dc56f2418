"""What a case leaves out of the suite is there, and has a reason: no exception outlives its test."""

from importlib import import_module

from tests.contract.cases import CASES


def test_exceptions_name_tests_that_exist() -> None:
    for case in CASES:
        for name, reason in case.inapplicable.items():
            module_name, _, function = name.partition("::")
            module = import_module(f"tests.contract.{module_name}")
            assert not function or callable(getattr(module, function, None)), f"{case.kind.value}: there is no {name}"
            assert reason.endswith("."), f"{case.kind.value}: {name} is left out without a reason"
