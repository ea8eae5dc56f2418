"""The models of `[[providers]]`, found by kind in the vendors' folders."""

import importlib
from functools import cache
from typing import get_args

from pydantic import BaseModel

from gateway.providers.account import Account


@cache
def account_settings(kind: str) -> type[BaseModel]:
    """The one model in the vendor's `settings.py` whose `kind` is this word."""
    module = importlib.import_module(f"gateway.providers.{kind}.settings")
    models = [each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Account)]
    (model,) = (model for model in models if kind in get_args(model.model_fields["kind"].annotation))
    return model
