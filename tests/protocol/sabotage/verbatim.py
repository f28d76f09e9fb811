"""Mistakes about the record: each line is Twilio's own text, in objects that every reader takes."""

from tests.protocol.sabotage.mutant import Mutant, mutant

VERBATIM = "tests/unit/core/test_page_verbatim.py"
FIELDS = "tests/unit/core/test_page_fields.py"
RECORDS = "tests/unit/core/test_records.py"
LIFE = (
    "tests/protocol/test_faults.py::test_an_undisturbed_life_exports_every_execution_and_every_end"
)

MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "lone surrogate passed through",
        "json_text.py",
        'return "\\\\ufffd" if _LONE_SURROGATE.fullmatch(text) else text',
        "return text",
        VERBATIM,
    ),
    mutant(
        "invalid UTF-8 passed through",
        "page.py",
        'return body.decode(errors="replace").encode()',
        "return body",
        VERBATIM,
    ),
    mutant(
        "a page with NaN dropped",
        "page.py",
        "return _parse_plainly(body)",
        "return Page([], [], None)",
        VERBATIM,
    ),
    mutant(
        "a raw newline in a string kept in a line",
        "json_text.py",
        'if text < " ":',
        'if text < "":',
        VERBATIM,
    ),
    mutant(
        "a newline between tokens kept in a line",
        "page.py",
        'if b"\\n" in body or b"\\r" in body:',
        'if b"\\r" in body:',
        VERBATIM,
    ),
    mutant(
        "big integers through float",
        "records.py",
        "[record.text for record in group]",
        "[json.dumps(json.loads(bytes(r.text), parse_int=float)).encode() for r in group]",
        RECORDS,
    ),
    mutant(
        "the record parsed and written anew",
        "records.py",
        "[record.text for record in group]",
        "[json.dumps(json.loads(bytes(r.text))).encode() for r in group]",
        RECORDS,
    ),
    mutant(
        "two gzip members in an object",
        "records.py",
        "body.append(deflate.compress(lines))",
        "body.append(isal_zlib.compress(lines, _FASTEST, _GZIP))",
        RECORDS,
    ),
    mutant(
        "the time in an object: the same records give other bytes",
        "records.py",
        'return Packed(b"".join(body),',
        'body[0] = body[0][:4] + __import__("os").urandom(4) + body[0][8:]\n'
        '    return Packed(b"".join(body),',
        RECORDS,
    ),
    mutant(
        "a truncated object accepted when a log is read back",
        "records.py",
        "if not inflate.eof or inflate.unused_data:",
        "if inflate.unused_data:",
        RECORDS,
    ),
    mutant(
        "a second gzip member passed over when a log is read back",
        "records.py",
        "if not inflate.eof or inflate.unused_data:",
        "if not inflate.eof:",
        RECORDS,
    ),
    mutant(
        "the hour is that of date_updated",
        "page.py",
        "class _Fields(msgspec.Struct, gc=False):",
        'class _Fields(msgspec.Struct, gc=False, rename={"date_created": "date_updated"}):',
        LIFE,
    ),
    mutant(
        "the hour is local: an offset is not brought to UTC",
        "page.py",
        "return instant.astimezone(UTC) if instant.tzinfo",
        "return instant if instant.tzinfo",
        FIELDS,
    ),
)
