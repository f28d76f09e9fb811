"""Mistakes about the log: what is appended, under which number, and who won."""

from tests.protocol.mutation.mutant import Mutant, mutant

LOG = "tests/unit/log/test_commit.py"
DEDUP = "tests/unit/log/test_dedup.py"
MECHANISM = "tests/protocol/test_mechanism_log.py"
LATE_PUT = (
    "tests/protocol/test_faults.py"
    "::test_no_fault_beside_a_late_put_after_process_death_loses_or_doubles_a_line"
)
DEATH = "tests/protocol/test_mechanism_directory.py"
STORE = "tests/contract/test_store_contract.py"
S3 = "tests/protocol/test_mechanism_s3.py"
COUNTS = (
    "tests/protocol/test_faults.py"
    "::test_a_put_that_took_effect_is_counted_whatever_happened_to_its_answer"
)
S3_DOUBT = "tests/contract/test_s3_store.py::test_a_taken_key_after_a_retry_of_the_sdk_is_a_doubt"
S3_ANSWERS = "tests/contract/test_s3_store.py::test_a_put_that_lost_or_may_have_lost_says_so"

# Not counted, as they are harmless: each costs a conflict or a read, and the number that is taken
# brings the objects. `length` of the listing taken for 0, or for what a warm log has; a put that
# won and is not noted in the warm log; a 409 raised as doubt instead of "taken".
MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "the put comes before the read of the log",
        "studio_export/log/hour_log.py",
        "        read(store, log, listed)\n",
        "        log.length = listed\n",
        LOG,
    ),
    mutant(
        "the content of the log is ignored",
        "studio_export/log/hour_log.py",
        "selection = select_new(log.statuses, records)",
        "selection = select_new({}, records)",
        LOG,
    ),
    mutant(
        "412 counts as success",
        "studio_export/log/commit.py",
        "won = store.put_if_absent(*proposal)",
        "won = store.put_if_absent(*proposal) or True",
        LOG,
    ),
    mutant(
        "412 counts as success, in S3",
        "studio_export/adapters/s3.py",
        "                    return False\n",
        "                    return True\n",
        S3_ANSWERS,
    ),
    mutant(
        "an existing file counts as success, in the directory",
        "studio_export_cli/stores/directory.py",
        "_sync_directory(final.parent)\n            return False",
        "_sync_directory(final.parent)\n            return True",
        f"{STORE}::test_a_taken_key_is_refused_and_keeps_its_bytes[directory]",
    ),
    mutant(
        "a put in doubt counts as success",
        "studio_export/log/commit.py",
        "won, cause, in_doubt = False, error, proposal",
        "won, cause, in_doubt = True, error, proposal",
        LOG,
    ),
    mutant(
        "a put in doubt counts as success if its key exists",
        "studio_export/log/commit.py",
        "won, cause, in_doubt = False, error, proposal",
        "won, cause, in_doubt = proposal.key in store.list(proposal.key), error, proposal",
        LATE_PUT,
    ),
    mutant(
        "another writer's object counts as ours after a put in doubt",
        "studio_export/log/commit.py",
        "return store.get(in_doubt.key) == in_doubt.body",
        "return bool(store.get(in_doubt.key))",
        LOG,
    ),
    mutant(
        "another writer's equal bytes count as ours without a put in doubt",
        "studio_export/log/commit.py",
        "            won = store.put_if_absent(*proposal)\n",
        "            in_doubt = proposal\n            won = store.put_if_absent(*proposal)\n",
        LOG,
    ),
    mutant(
        "our own object does not count after a put in doubt",
        "studio_export/log/commit.py",
        "if in_doubt and _is_stored(store, in_doubt):",
        "if in_doubt and not conflicts:",
        COUNTS,
    ),
    mutant(
        "a put in doubt is not reported",
        "studio_export/log/commit.py",
        "            doubts += 1\n",
        "",
        LOG,
    ),
    mutant(
        "412 after a retry of the SDK counts as a lost race",
        "studio_export/adapters/s3.py",
        'if not error.response["ResponseMetadata"].get("RetryAttempts", 0):',
        'if error.response["ResponseMetadata"]:',
        S3_DOUBT,
    ),
    mutant(
        "the loser of a race takes the next number without reading the winner's object",
        "studio_export/log/hour_log.py",
        "        if listed is None or log.length > listed:\n",
        "        if listed is None:\n            log.length += 1\n            listed = log.length\n"
        "        elif log.length > listed:\n",
        LOG,
    ),
    mutant(
        "a warm process trusts its cache more than the store",
        "studio_export/log/hour_log.py",
        "            log.clear()\n",
        "            listed = log.length\n",
        LOG,
    ),
    mutant(
        "a cached log is discarded at each append of another thread",
        "studio_export/log/hour_log.py",
        "if listed is None or log.length > listed:",
        "if listed is None:",
        LOG,
    ),
    mutant(
        "no fence: a stale writer takes the next free number",
        "studio_export/log/hour_log.py",
        "return _proposal(log, selection) if selection.records else None",
        "return (\n            _proposal(log, selection)\n"
        "            ._replace(key=log.key(_count_objects(store, log)))\n"
        "            if selection.records\n            else None\n        )",
        MECHANISM,
    ),
    mutant(
        "no fence: every writer has its own object names",
        "studio_export/log/hour_log.py",
        "Proposal(log.key(log.length),",
        'Proposal(log.key(log.length).replace(".jsonl", f"-{id(encoded):x}.jsonl"),',
        LOG,
    ),
    mutant(
        "the cache of logs ignores the Flow",
        "studio_export/log/cache.py",
        "key = (flow_sid, hour)",
        'key = ("", hour)',
        "tests/protocol/test_mechanism_flows.py",
    ),
    mutant(
        "an object's metadata counts the records listed, not the lines written",
        "studio_export/log/hour_log.py",
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
    mutant(
        "the put has no condition, in S3",
        "studio_export/adapters/s3.py",
        '                    IfNoneMatch="*",\n',
        "",
        S3,
    ),
    mutant(
        "a file is overwritten: rename instead of link",
        "studio_export_cli/stores/directory.py",
        "os.link(temporary, final)",
        "os.replace(temporary, final)",
        f"{STORE}::test_a_taken_key_is_refused_and_keeps_its_bytes[directory]",
    ),
    mutant(
        "a crash leaves half a file: it is written in place",
        "studio_export_cli/stores/directory.py",
        "temporary = self._write(body)\n",
        "_make_directories(final.parent)\n"
        '            with final.open("xb") as file:\n'
        "                file.write(body[:2])\n"
        "                file.flush()\n"
        "                os.fsync(file.fileno())\n"
        "                file.write(body[2:])\n"
        "            return True\n"
        "            temporary = final\n",
        DEATH,
    ),
    mutant(
        "only the first page of the bucket's listing is read",
        "studio_export/adapters/s3.py",
        "            if token is None:\n",
        "            if token or not token:\n",
        S3,
    ),
    mutant(
        "no dedupe within a listing",
        "studio_export/log/dedup.py",
        "statuses = chosen.get(sid) or known.get(sid, ())",
        "statuses = known.get(sid, ())",
        DEDUP,
    ),
    mutant(
        "no dedupe within a listing, on the fast path",
        "studio_export/log/dedup.py",
        "if len(statuses) == len(sids):",
        "if statuses or not sids:",
        DEDUP,
    ),
    mutant(
        "the log is ignored on the fast path",
        "studio_export/log/dedup.py",
        "if not known.keys().isdisjoint(sids):",
        "if not sids:",
        DEDUP,
    ),
    mutant(
        "an active line may follow the ended one",
        "studio_export/log/dedup.py",
        " and ENDED not in statuses:",
        ":",
        DEDUP,
    ),
    mutant(
        "dedupe by Sid alone: the ended line is never written",
        "studio_export/log/dedup.py",
        "elif status not in statuses and ENDED not in statuses:",
        "elif ():",
        DEDUP,
    ),
    mutant(
        "the log remembers only the last of two statuses",
        "studio_export/log/hour_log.py",
        "statuses[sid] = (*known, status) if known else",
        "statuses[sid] =",
        f"{LOG}::test_a_status_stays_known_when_another_follows_it",
    ),
    mutant(
        "a listing replaces the statuses that the log has",
        "studio_export/log/dedup.py",
        "chosen[sid] = (*statuses, status)",
        "chosen[sid] = SINGLE_STATUS[status]",
        DEDUP,
    ),
    mutant(
        "only ended Executions are exported",
        "studio_export/log/hour_log.py",
        "selection = select_new(log.statuses, records)",
        "selection = select_new(log.statuses, [r for r in records if r.status == 'ended'])",
        LOG,
    ),
    mutant(
        "an append is counted and not added to the log",
        "studio_export/log/hour_log.py",
        "self.statuses.update(selection.statuses)\n",
        "pass\n",
        LOG,
    ),
    mutant(
        "a gap in a log is ignored",
        "studio_export/log/keys.py",
        'raise CorruptLogError(f"an object is missing before {key}")',
        "counts[log.hour] = log.number",
        LOG,
    ),
    mutant(
        "an unreadable object of a log counts as empty",
        "studio_export/log/hour_log.py",
        "        with reading(key):\n            log.add(decode(store.get(key)))\n",
        "        try:\n            log.add(decode(store.get(key)))\n        except ValueError:\n"
        "            log.add([])\n",
        LOG,
    ),
    mutant(
        "the hour is that of the export, not of the creation",
        "studio_export/log/hour_log.py",
        "record.created.isoformat()[:13]",
        "datetime.now(record.created.tzinfo).isoformat()[:13]",
        LOG,
    ),
)
