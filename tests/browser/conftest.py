from tests.node.tools import graphiql, judge

__all__ = ["graphiql", "judge"]
