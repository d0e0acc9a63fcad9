"""JSON documents: a key stands once in each object, and its path tells which one does not."""

from __future__ import annotations

import pytest

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.json_document import read_json_document


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b'{"siret": "1", "siret": "2"}', "siret"),
        (b'{"entreprise": {"siret": "1", "siret": "2"}}', "entreprise.siret"),
        (b'{"lignes": [{"nns": "1"}, {"nns": "2", "nns": "3"}]}', "lignes[1].nns"),
        (b'[{"a": [[{"b": 1, "b": 2}]]}]', "[0].a[0][0].b"),
    ],
)
def test_a_key_written_twice_is_named_with_its_path(content: bytes, place: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_json_document(content)
    (fault,) = refused.value.faults
    assert fault.place == place
    assert "écrite deux fois dans le même objet" in fault.message


def test_the_same_key_in_two_objects_is_no_repetition() -> None:
    assert read_json_document(b'[{"nns": "1"}, {"nns": "1"}]') == [{"nns": "1"}, {"nns": "1"}]
