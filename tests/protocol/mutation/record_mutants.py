"""Mistakes about the record: each line is Twilio's own text, in objects that every reader takes."""

from tests.protocol.mutation.mutant import Mutant, mutant

VERBATIM = "tests/unit/twilio/test_page_verbatim.py"
FIELDS = "tests/unit/twilio/test_page_fields.py"
RECORDS = "tests/unit/log/test_codec.py"
LIFE = (
    "tests/protocol/test_faults.py::test_without_faults_every_execution_and_every_end_is_exported"
)

MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "lone surrogate passed through",
        "studio_export/twilio/lenient_json.py",
        'return "\\\\ufffd" if _LONE_SURROGATE.fullmatch(text) else text',
        "return text",
        VERBATIM,
    ),
    mutant(
        "invalid UTF-8 passed through",
        "studio_export/twilio/page.py",
        'return body.decode(errors="replace").encode()',
        "return body",
        VERBATIM,
    ),
    mutant(
        "a rejected record shifts the statuses of others",
        "studio_export/twilio/page.py",
        "list(compress(statuses, usable))",
        "statuses[: sum(usable)]",
        FIELDS,
    ),
    mutant(
        "a page with NaN dropped",
        "studio_export/twilio/page.py",
        "return _parse_leniently(body)",
        "return Page([], [], None)",
        VERBATIM,
    ),
    mutant(
        "a raw newline in a string kept in a line",
        "studio_export/twilio/lenient_json.py",
        'if text < " ":',
        'if text < "":',
        VERBATIM,
    ),
    mutant(
        "a newline between tokens kept in a line",
        "studio_export/twilio/page.py",
        'if b"\\n" in body or b"\\r" in body:',
        'if b"\\r" in body:',
        VERBATIM,
    ),
    mutant(
        "big integers through float",
        "studio_export/log/codec.py",
        "[record.text for record in records]",
        "[__import__('json').dumps(__import__('json').loads("
        "bytes(r.text), parse_int=float), separators=(',', ':')).encode()"
        " for r in records]",
        f"{RECORDS}::test_a_page_is_packed_as_it_was_read",
    ),
    mutant(
        "the record parsed and written anew",
        "studio_export/log/codec.py",
        "[record.text for record in records]",
        "[__import__('json').dumps(__import__('json').loads("
        "bytes(r.text)), separators=(',', ':')).encode() for r in records]",
        f"{RECORDS}::test_a_page_is_packed_as_it_was_read",
    ),
    mutant(
        "two gzip members in an object",
        "studio_export/log/codec.py",
        "body.append(deflate.compress(lines))",
        "body.append(isal_zlib.compress(lines, _LEVEL_TO_WRITE, GZIP_WINDOW))",
        f"{RECORDS}::test_a_body_is_one_gzip_member_without_a_time",
    ),
    mutant(
        "the time in an object: the same records give other bytes",
        "studio_export/log/codec.py",
        'return EncodedObject(b"".join(body),',
        'whole = b"".join(body)\n'
        '    return EncodedObject(whole[:4] + __import__("os").urandom(4) + whole[8:],',
        f"{RECORDS}::test_the_same_records_give_the_same_bytes",
    ),
    mutant(
        "a truncated object accepted when a log is read back",
        "studio_export/log/reader.py",
        "if not inflater.eof or inflater.unused_data:",
        "if inflater.unused_data:",
        f"{RECORDS}::test_an_object_cut_anywhere_is_refused",
    ),
    mutant(
        "a second gzip member passed over when a log is read back",
        "studio_export/log/reader.py",
        "if not inflater.eof or inflater.unused_data:",
        "if not inflater.eof:",
        f"{RECORDS}::test_a_second_gzip_member_is_not_passed_over",
    ),
    mutant(
        "the hour is that of date_updated",
        "studio_export/twilio/page.py",
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
