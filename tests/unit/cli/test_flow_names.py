"""Names of Flows: a stranger's text beside the Sid."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from studio_export.errors import AccessDeniedError, StoreError
from studio_export.log import keys
from studio_export.log.codec import ObjectEncoder
from studio_export_cli.flow_names import FlowNames, clean
from studio_export_cli.name_sources import find_names, stored_names
from tools.devkit.fakes.clock import VirtualClock
from tools.devkit.fakes.store import MemoryStore

_A, _B, _C = (f"FW{letter * 32}" for letter in "abc")
_NO_KEY: dict[str, str] = {}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Support line", "Support line"),
        ("  Ärzte \t\n ☎ ", "Ärzte ☎"),
        ("\x1b[31mred\x1b]0;title\x07", "[31mred ]0;title"),
        ("evil\u202egnp.exe\u2028next", "evil gnp.exe next"),
        ("half \ud83d", "half"),
        ("x" * 33, f"{'x' * 31}…"),
        ("\x07", ""),
        (None, ""),
        (17, ""),
    ],
)
def test_a_name_is_one_short_line_that_a_terminal_does_not_obey(name: object, shown: str) -> None:
    assert clean(name) == shown


@given(st.text(st.characters()))
def test_no_text_becomes_more_than_a_short_printable_line(text: str) -> None:
    shown = clean(text)
    assert shown.isprintable()
    assert len(shown) <= 32
    assert clean(shown) == shown


@given(st.lists(st.text(min_size=1), min_size=1, max_size=3))
def test_the_cells_of_a_column_are_as_wide_as_their_heading(raw: list[str]) -> None:
    names = FlowNames.of(dict(zip((_A, _B, _C), raw, strict=False)))
    widths = {cell_len(names.cell(sid)) for sid in (_A, _B, _C)}
    assert widths == {cell_len(names.heading("FLOW"))}


def test_without_a_name_the_column_has_the_sid_alone() -> None:
    assert FlowNames().cell(_A) == _A
    assert FlowNames().heading("FLOW") == "FLOW".ljust(34)
    assert FlowNames().describe(_A) == _A
    assert FlowNames().short(_A) == "FWaaaaaa…"


def test_a_name_that_two_flows_have_is_short_with_a_part_of_the_sid() -> None:
    names = FlowNames.of({_A: "Menu", _B: "Menu", _C: "Survey"})
    assert [names.short(sid) for sid in (_A, _B, _C)] == [
        "Menu FWaaaaaa…",
        "Menu FWbbbbbb…",
        "Survey",
    ]


def _store(**names: object) -> MemoryStore:
    """Return a store with revisions; `a2="Menu"` is revision 2 of a Flow."""
    store = MemoryStore(VirtualClock().now)
    for place, name in names.items():
        sid = f"FW{place[0] * 32}"
        line = name if isinstance(name, bytes) else json.dumps({"friendly_name": name}).encode()
        encoder = ObjectEncoder()
        encoder.add(line)
        store.put_if_absent(keys.revision_key(sid, int(place[1:])), encoder.finish().body, {})
    return store


def test_the_newest_exported_revision_has_the_name() -> None:
    store = _store(a2="old", a10="new", b1="other")
    assert stored_names(store) == FlowNames.of({_A: "new", _B: "other"})


@pytest.mark.parametrize("line", [b"[]", b"{", b'{"friendly_name":7}', b"[" * 100_000])
def test_a_revision_that_is_unreadable_has_no_name(line: bytes) -> None:
    assert stored_names(_store(a1=line, b1="good")) == FlowNames.of({_B: "good"})


def test_an_object_that_is_no_revision_is_not_read() -> None:
    store = _store(a1="good")
    body = store.get(keys.revision_key(_A, 1))
    for name in (f"{_A}-00002 (1).jsonl.gz", f"._{_A}-00002.jsonl.gz", f"{_A}-2.jsonl.gz"):
        store.put_if_absent(keys.FLOW_REVISIONS + name, b"?", {})
    store.put_if_absent(keys.FLOW_REVISIONS + "other/x", body, {})
    assert stored_names(store) == FlowNames.of({_A: "good"})


class _Refusing(MemoryStore):
    """A store that refuses one of its methods."""

    def __init__(self, refused: str) -> None:
        super().__init__(VirtualClock().now)
        self._refused = refused

    def list(self, prefix: str) -> list[str]:
        self._check("list")
        return [f"{prefix}{_A}-00001.jsonl.gz"]

    def get(self, key: str) -> bytes:
        self._check("get")
        return super().get(key)

    def _check(self, method: str) -> None:
        if method == self._refused:
            raise AccessDeniedError("no")


@pytest.mark.parametrize("refused", ["list", "get"])
def test_a_store_that_refuses_leads_to_no_name_and_no_error(refused: str) -> None:
    assert stored_names(_Refusing(refused)) == FlowNames()


def test_a_revision_that_cannot_be_read_hides_no_other_name() -> None:
    class HalfReadable(MemoryStore):
        def get(self, key: str) -> bytes:
            if _A in key:
                raise StoreError("time-out")
            return super().get(key)

    store = HalfReadable(VirtualClock().now)
    for key, body in _store(a1="lost", b1="good").objects.items():
        store.put_if_absent(key, body, {})
    assert stored_names(store) == FlowNames.of({_B: "good"})


def _find(listed: dict[str, str], store: MemoryStore, *sids: str) -> FlowNames:
    return find_names(sids, listed, store, _NO_KEY, VirtualClock())


def test_the_list_of_twilio_is_newer_than_the_export() -> None:
    store = _store(a1="old", b1="stored")
    assert _find({_A: "new"}, store, _A, _B) == FlowNames.of({_A: "new", _B: "stored"})


def test_a_flow_that_is_not_wanted_has_no_name_here() -> None:
    assert _find({_A: "one", _B: "two"}, _store(), _A) == FlowNames.of({_A: "one"})


def test_without_a_key_the_rest_has_no_name() -> None:
    assert _find({}, _store(), _A) == FlowNames()
