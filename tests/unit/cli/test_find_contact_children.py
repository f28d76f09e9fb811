"""The lines of Steps and Contexts of an Execution that contains a contact."""

import json
from collections.abc import Mapping

from studio_export.log import keys
from studio_export.log.codec import ObjectEncoder
from studio_export.log.keys import LogKey
from studio_export.log.part_keys import complete_key, part_key
from studio_export_cli.find_contact.children import Wanted, children, merge, search_children
from studio_export_cli.find_contact.contact import Contact, Mention
from studio_export_cli.find_contact.search import SearchedObject, search
from tools.devkit.fakes.store import MemoryStore

_FLOW, _OTHER = "FW" + "1" * 32, "FW" + "2" * 32
_DAY = "2026-11-03"
_PARENT = LogKey(_DAY, _FLOW, "14", 0)
_SID = "FN" + "0" * 32
_NUMBER = "+15551234567"


def _put(store: MemoryStore, key: str, *lines: Mapping[str, object]) -> str:
    encoder = ObjectEncoder()
    for line in lines:
        encoder.add(json.dumps(line).encode())
    store.put_if_absent(key, encoder.finish().body, {})
    return key


def _found(key: str, *sids: str) -> SearchedObject:
    return SearchedObject(key, tuple(Mention(n, sid, ("x",)) for n, sid in enumerate(sids, 1)))


def _store() -> MemoryStore:
    store = MemoryStore()
    for parent in (
        _PARENT,
        _PARENT._replace(number=1),
        _PARENT._replace(hour="15"),
        _PARENT._replace(flow_sid=_OTHER),
        _PARENT._replace(day="2026-11-04"),
    ):
        for folder in (keys.STEPS, keys.CONTEXTS):
            _put(store, keys.child_key(folder, parent, 0), {"execution_sid": "FN9"})
    return store


def test_the_children_of_every_object_of_the_hour_are_searched() -> None:
    """The line that contains the contact may not be the final one, which has the children."""
    found = _found(keys.log_key(_FLOW, f"{_DAY}T14", 0), _SID)
    wanted = children(_store(), [found])
    assert [each.key for each in wanted] == [
        keys.child_key(folder, _PARENT._replace(number=number), 0)
        for folder in (keys.STEPS, keys.CONTEXTS)
        for number in (0, 1)
    ]
    assert {each.sids for each in wanted} == {frozenset([_SID])}


def test_an_execution_of_a_compacted_day_alone_may_be_in_each_log_of_the_day() -> None:
    daily = _found(part_key(keys.EXECUTIONS, _DAY, 0), _SID)
    assert len(children(_store(), [daily])) == 2 * 4
    in_both = [daily, _found(keys.log_key(_FLOW, f"{_DAY}T14", 0), _SID)]
    assert len(children(_store(), in_both)) == 2 * 2


def test_the_steps_of_a_context_that_contains_the_contact_are_found() -> None:
    store = MemoryStore()
    context = {"execution_sid": _SID, "context": {"trigger": {"call": {"From": _NUMBER}}}}
    key = _put(store, keys.child_key(keys.CONTEXTS, _PARENT, 0), {"execution_sid": "FN9"}, context)
    steps = _put(store, keys.child_key(keys.STEPS, _PARENT, 0), {"execution_sid": _SID})
    searched = search(store, key, Contact((_NUMBER,)))
    assert searched.mentions == (Mention(2, _SID, ("context",)),)
    found = [search_children(store, each) for each in children(store, [searched])]
    merged = {each.key: each.mentions for each in merge([searched], found)}
    assert merged == {
        key: (Mention(2, _SID, ("context",)),),
        steps: (Mention(1, _SID, ("execution_sid",)),),
    }


def test_compacted_steps_and_contexts_of_the_day_are_searched() -> None:
    store = MemoryStore()
    parts = [
        _put(store, part_key(folder, _DAY, 0), {"execution_sid": "FN9"}, {"execution_sid": _SID})
        for folder in (keys.STEPS, keys.CONTEXTS)
    ]
    store.put_if_absent(complete_key(keys.STEPS, _DAY, 1), b"{}", {})
    wanted = children(store, [_found(keys.log_key(_FLOW, f"{_DAY}T14", 0), _SID)])
    found = [search_children(store, each) for each in wanted]
    assert {each.key: each.mentions for each in found} == {
        part: (Mention(2, _SID, ("execution_sid",)),) for part in parts
    }


def test_nothing_found_leads_to_no_request() -> None:
    store = _store()
    assert children(store, [SearchedObject(keys.log_key(_FLOW, f"{_DAY}T14", 0))]) == []


def test_an_unreadable_child_is_named() -> None:
    store = MemoryStore()
    key = keys.child_key(keys.STEPS, _PARENT, 0)
    store.put_if_absent(key, b"no gzip", {})
    found = search_children(store, Wanted(key, frozenset([_SID])))
    assert (found.mentions, bool(found.error)) == ((), True)
    assert [each.error for each in merge([], [found])] == [found.error]


def test_a_child_can_be_deleted_when_its_parent_can() -> None:
    parent = SearchedObject(keys.log_key(_FLOW, f"{_DAY}T14", 0)).not_before
    assert parent
    assert SearchedObject(keys.child_key(keys.STEPS, _PARENT, 0)).not_before == parent
