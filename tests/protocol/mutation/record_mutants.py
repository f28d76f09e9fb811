"""Mistakes about the record: each line is Twilio's own text, in objects that every reader takes."""

from tests.protocol.mutation.mutant import Mutant, Source, mutant

VERBATIM = "tests/unit/twilio/test_page_verbatim.py"
FIELDS = "tests/unit/twilio/test_page_fields.py"
RECORDS = "tests/unit/log/test_codec.py"
LIFE = (
    "tests/protocol/test_faults.py::test_without_faults_every_execution_and_every_end_is_exported"
)

LENIENT_JSON_PY = Source("studio_export/twilio/lenient_json.py", VERBATIM)
ENVELOPE_PY = Source("studio_export/twilio/envelope.py", VERBATIM)
PAGE_PY = Source("studio_export/twilio/page.py")
CODEC_PY = Source("studio_export/log/codec.py", f"{RECORDS}::test_a_page_is_packed_as_it_was_read")
READER_PY = Source("studio_export/log/reader.py")

MUTANTS: tuple[Mutant, ...] = (
    LENIENT_JSON_PY.mutant(
        "lone surrogate passed through",
        'return "\\\\ufffd" if _LONE_SURROGATE.fullmatch(text) else text',
        "return text",
    ),
    ENVELOPE_PY.mutant(
        "invalid UTF-8 passed through",
        'return body.decode(errors="replace").encode()',
        "return body",
    ),
    PAGE_PY.mutant(
        "a rejected record shifts the statuses of others",
        "list(compress(statuses, usable))",
        "statuses[: sum(usable)]",
        FIELDS,
    ),
    PAGE_PY.mutant(
        "a page with NaN dropped",
        "return _parse_leniently(body)",
        "return Page([], [], None)",
        VERBATIM,
    ),
    LENIENT_JSON_PY.mutant(
        "a raw newline in a string kept in a line",
        'if text < " ":',
        'if text < "":',
    ),
    ENVELOPE_PY.mutant(
        "a newline between tokens kept in a line",
        'if b"\\n" in body or b"\\r" in body else body',
        'if b"\\r" in body else body',
    ),
    CODEC_PY.mutant(
        "the record parsed and written anew",
        "[record.text for record in records]",
        "[__import__('json').dumps(__import__('json').loads("
        "bytes(r.text)), separators=(',', ':')).encode() for r in records]",
    ),
    CODEC_PY.mutant(
        "two gzip members in an object",
        "body.append(deflate.compress(lines))",
        "body.append(isal_zlib.compress(lines, _LEVEL_TO_WRITE, GZIP_WINDOW))",
        f"{RECORDS}::test_a_body_is_one_gzip_member_without_a_time",
    ),
    CODEC_PY.mutant(
        "the time in an object: the same records give other bytes",
        'return EncodedObject(b"".join(body),',
        'whole = b"".join(body)\n'
        '    return EncodedObject(whole[:4] + __import__("os").urandom(4) + whole[8:],',
        f"{RECORDS}::test_the_same_records_give_the_same_bytes",
    ),
    READER_PY.mutant(
        "a truncated object accepted when a log is read back",
        "if not inflater.eof or inflater.unused_data:",
        "if inflater.unused_data:",
        f"{RECORDS}::test_an_object_cut_anywhere_is_refused",
    ),
    READER_PY.mutant(
        "a second gzip member passed over when a log is read back",
        "if not inflater.eof or inflater.unused_data:",
        "if not inflater.eof:",
        f"{RECORDS}::test_a_second_gzip_member_is_not_passed_over",
    ),
    PAGE_PY.mutant(
        "the hour is that of date_updated",
        "class _Fields(msgspec.Struct, gc=False):",
        'class _Fields(msgspec.Struct, gc=False, rename={"date_created": "date_updated"}):',
        LIFE,
    ),
    mutant(
        "the hour is local: an offset is not brought to UTC",
        "studio_export/instants.py",
        "return moment.astimezone(UTC) if moment.tzinfo",
        "return moment if moment.tzinfo",
        FIELDS,
    ),
)
