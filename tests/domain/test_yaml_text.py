"""YAML of definitions, read piece by piece. That broken ones are refused with their place is in tests/operations."""

import pytest

from gateway.domain.yaml_text import YamlTextError, check_yaml, top_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a: 1\nb: 2", {"a", "b"}),
        ("a: {b: 1, c: [d, {e: 1}]}\nf: g", {"a", "f"}),
        ("? [a, b]\n: c\nd: e", {"d"}),
        ("x: &x {y: 1}\nz: *x\nlast: 1", {"x", "z", "last"}),
        ("- a\n- b: c", set()),
        ("a", set()),
        ("", set()),
        ("a: [", set()),
        ("a: 1\nb: '\n", set()),
    ],
)
def test_the_names_at_the_top(text, names):
    assert top_names(text) == names


def test_levels_are_counted_and_not_climbed():
    check_yaml("[" * 5 + "]" * 5, 5)
    with pytest.raises(YamlTextError, match="has more than 5 levels"):
        check_yaml("[" * 6 + "]" * 6, 5)


@pytest.mark.parametrize("text", ["", "words", "# nothing but this", "--- a\n"])
def test_neither_a_mapping_nor_a_list(text):
    with pytest.raises(YamlTextError, match="must be a YAML mapping or list"):
        check_yaml(text, 5)
