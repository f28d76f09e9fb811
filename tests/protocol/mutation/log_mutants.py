"""Mistakes about the log: what is appended, under which number, and who won."""

from tests.protocol.mutation.mutant import Mutant, Source, mutant

APPEND = "tests/unit/log/test_append.py"
COMMIT = "tests/unit/log/test_commit.py"
MECHANISM = "tests/protocol/test_mechanism_log.py"
STORE = "tests/contract/test_store_contract.py"

HOUR_LOG_PY = Source("studio_export/log/hour_log.py", APPEND, COMMIT)
COMMIT_PY = Source("studio_export/log/commit.py", COMMIT, "tests/unit/log/test_put_once.py")
S3_PY = Source("studio_export/adapters/s3.py", "tests/protocol/test_mechanism_s3.py")
DIRECTORY_PY = Source(
    "studio_export_cli/stores/directory.py",
    f"{STORE}::test_a_taken_key_is_refused_and_keeps_its_bytes[directory]",
)
DEDUP_PY = Source("studio_export/log/dedup.py", "tests/unit/log/test_dedup.py")

# Not counted, as they are harmless: each costs a conflict or a read, and the number that is taken
# brings the objects. `length` of the listing taken for 0, or for what a warm log has; a put that
# won and is not noted in the warm log; a 409 raised as doubt instead of "taken".
MUTANTS: tuple[Mutant, ...] = (
    HOUR_LOG_PY.mutant(
        "the put comes before the read of the log",
        "        read(store, log, listed)\n",
        "        log.length = listed\n",
    ),
    HOUR_LOG_PY.mutant(
        "the content of the log is ignored",
        "selection = select_new(log.statuses, records)",
        "selection = select_new({}, records)",
    ),
    COMMIT_PY.mutant(
        "412 counts as success",
        "won = store.put_if_absent(*proposal)",
        "won = store.put_if_absent(*proposal) or True",
    ),
    S3_PY.mutant(
        "412 counts as success, in S3",
        "                    return False\n",
        "                    return True\n",
        "tests/contract/test_s3_store.py::test_a_put_that_lost_or_may_have_lost_says_so",
    ),
    DIRECTORY_PY.mutant(
        "an existing file counts as success, in the directory",
        "_sync_directory(final.parent)\n            return False",
        "_sync_directory(final.parent)\n            return True",
    ),
    COMMIT_PY.mutant(
        "a put in doubt counts as success",
        "won, cause, in_doubt = False, error, proposal",
        "won, cause, in_doubt = True, error, proposal",
    ),
    COMMIT_PY.mutant(
        "a put in doubt counts as success if its key exists",
        "won, cause, in_doubt = False, error, proposal",
        "won, cause, in_doubt = proposal.key in store.list(proposal.key), error, proposal",
        "tests/protocol/test_faults.py"
        "::test_no_fault_beside_a_late_put_after_process_death_loses_or_doubles_a_line",
    ),
    COMMIT_PY.mutant(
        "another writer's object counts as ours after a put in doubt",
        "return store.get(in_doubt.key) == in_doubt.body",
        "return bool(store.get(in_doubt.key))",
    ),
    COMMIT_PY.mutant(
        "another writer's equal bytes count as ours without a put in doubt",
        "            won = store.put_if_absent(*proposal)\n",
        "            in_doubt = proposal\n            won = store.put_if_absent(*proposal)\n",
    ),
    COMMIT_PY.mutant(
        "our own object does not count after a put in doubt",
        "if in_doubt and _is_stored(store, in_doubt):",
        "if in_doubt and not conflicts:",
        "tests/protocol/test_faults.py"
        "::test_a_put_that_took_effect_is_counted_whatever_happened_to_its_answer",
    ),
    COMMIT_PY.mutant(
        "a refused put of a name that follows from its content counts as there",
        "if _stored(store, proposal.key) is None:",
        "if not proposal.key:",
    ),
    COMMIT_PY.mutant(
        "a put in doubt is not reported",
        "            doubts += 1\n",
        "",
    ),
    S3_PY.mutant(
        "412 after a retry of the SDK counts as a lost race",
        'if not error.response["ResponseMetadata"].get("RetryAttempts", 0):',
        'if error.response["ResponseMetadata"]:',
        "tests/contract/test_s3_store.py::test_a_taken_key_after_a_retry_of_the_sdk_is_a_doubt",
    ),
    HOUR_LOG_PY.mutant(
        "the loser of a race takes the next number without reading the winner's object",
        "        if listed is None or log.length > listed:\n",
        "        if listed is None:\n            log.length += 1\n            listed = log.length\n"
        "        elif log.length > listed:\n",
    ),
    HOUR_LOG_PY.mutant(
        "a warm process trusts its cache more than the store",
        "            log.clear()\n",
        "            listed = log.length\n",
    ),
    HOUR_LOG_PY.mutant(
        "a cached log is discarded at each append of another thread",
        "if listed is None or log.length > listed:",
        "if listed is None:",
    ),
    HOUR_LOG_PY.mutant(
        "no fence: a stale writer takes the next free number",
        "return _proposal(log, selection) if selection.records else None",
        "return (\n            _proposal(log, selection)\n"
        "            ._replace(key=log.key(_count_objects(store, log)))\n"
        "            if selection.records\n            else None\n        )",
        MECHANISM,
    ),
    HOUR_LOG_PY.mutant(
        "no fence: every writer has its own object names",
        "Proposal(log.key(log.length),",
        'Proposal(log.key(log.length).replace(".jsonl", f"-{id(encoded):x}.jsonl"),',
    ),
    mutant(
        "the cache of logs ignores the Flow",
        "studio_export/log/cache.py",
        "key = (flow_sid, hour)",
        'key = ("", hour)',
        "tests/protocol/test_mechanism_flows.py",
    ),
    HOUR_LOG_PY.mutant(
        "an object's metadata counts the records listed, not the lines written",
        "return _proposal(log, selection) if selection.records else None",
        "if not selection.records:\n            return None\n"
        "        made, every = _proposal(log, selection), select_new({}, records)\n"
        '        listed_counts = {"lines": str(len(records)), "ended": str(every.ended)}\n'
        "        return made._replace(metadata={**made.metadata, **listed_counts})",
        "tests/protocol/test_faults.py"
        "::test_without_faults_every_execution_and_every_end_is_exported",
    ),
    mutant(
        "threads append to one log at once",
        "studio_export/export/appends.py",
        "with log.lock:",
        "if log.lock:",
        MECHANISM,
    ),
    S3_PY.mutant(
        "the put has no condition, in S3",
        '                    IfNoneMatch="*",\n',
        "",
    ),
    DIRECTORY_PY.mutant(
        "a file is overwritten: rename instead of link",
        "os.link(temporary, final)",
        "os.replace(temporary, final)",
    ),
    DIRECTORY_PY.mutant(
        "a crash leaves half a file: it is written in place",
        "temporary = self._write(body)\n",
        "_make_directories(final.parent)\n"
        '            with final.open("xb") as file:\n'
        "                file.write(body[:2])\n"
        "                file.flush()\n"
        "                os.fsync(file.fileno())\n"
        "                file.write(body[2:])\n"
        "            return True\n"
        "            temporary = final\n",
        "tests/protocol/test_mechanism_directory.py",
    ),
    S3_PY.mutant(
        "only the first page of the bucket's listing is read",
        "            if token is None:\n",
        "            if token or not token:\n",
        "tests/contract/test_s3_store.py::test_an_empty_page_in_a_list_is_no_end_of_it",
    ),
    DEDUP_PY.mutant(
        "no dedupe within a listing",
        "statuses = chosen.get(sid) or known.get(sid, ())",
        "statuses = known.get(sid, ())",
    ),
    DEDUP_PY.mutant(
        "no dedupe within a listing, on the fast path",
        "if len(statuses) == len(sids):",
        "if statuses or not sids:",
    ),
    DEDUP_PY.mutant(
        "the log is ignored on the fast path",
        "if not known.keys().isdisjoint(sids):",
        "if not sids:",
    ),
    DEDUP_PY.mutant(
        "an active line may follow the ended one",
        " and ENDED not in statuses:",
        ":",
    ),
    DEDUP_PY.mutant(
        "dedupe by Sid alone: the ended line is never written",
        "elif status not in statuses and ENDED not in statuses:",
        "elif ():",
    ),
    HOUR_LOG_PY.mutant(
        "the log remembers only the last of two statuses",
        "statuses[sid] = (*known, status) if known else",
        "statuses[sid] =",
        f"{APPEND}::test_a_status_stays_known_when_another_follows_it",
    ),
    DEDUP_PY.mutant(
        "a listing replaces the statuses that the log has",
        "chosen[sid] = (*statuses, status)",
        "chosen[sid] = SINGLE_STATUS[status]",
    ),
    HOUR_LOG_PY.mutant(
        "only ended Executions are exported",
        "selection = select_new(log.statuses, records)",
        "selection = select_new(log.statuses, [r for r in records if r.status == 'ended'])",
    ),
    HOUR_LOG_PY.mutant(
        "an append is counted and not added to the log",
        "self.statuses.update(selection.statuses)\n",
        "pass\n",
    ),
    mutant(
        "a gap in a log is ignored",
        "studio_export/log/keys.py",
        "            if number != counts[chain]:\n",
        "            counts[chain] = number\n            if not key:\n",
        "tests/unit/log/test_log_keys.py",
    ),
    HOUR_LOG_PY.mutant(
        "an unreadable object of a log counts as empty",
        "        with reading(key):\n            log.add(decode(store.get(key)))\n",
        "        try:\n            log.add(decode(store.get(key)))\n        except ValueError:\n"
        "            log.add([])\n",
    ),
    HOUR_LOG_PY.mutant(
        "the hour is that of the export, not of the creation",
        "record.created.isoformat()[:13]",
        "datetime.now(record.created.tzinfo).isoformat()[:13]",
        "tests/unit/log/test_log_keys.py",
    ),
)
