from tests.node.tools import judge

__all__ = ["judge"]
