"""Pages and records as text, written by hand: what a test states is what the wire carries."""

CREATED = "2026-11-23T14:05:00Z"
# Values of JSON, as they stand on the wire, that a parser may change.
LITERALS = ["null", "true", "0", "-0", "1.0", "1e400", "NaN", "-Infinity", "9" * 30]


def execution(
    x: str = "1",
    sid: str = '"FN1"',
    status: str = '"ended"',
    created: str = f'"{CREATED}"',
) -> str:
    """A record whose members are JSON texts; `x` is a member that the export does not know."""
    return f'{{"sid":{sid},"status":{status},"date_created":{created},"x":{x}}}'


def page(*texts: str, next_page_url: str = "null", key: str = "executions") -> bytes:
    meta = f'{{"key":"{key}","next_page_url":{next_page_url}}}'
    body = f'{{"meta":{meta},"executions":[{",".join(texts)}]}}'
    return body.encode(errors="surrogatepass")


def flows_page(*rows: str, next_page_url: str = "null", key: str = "flows") -> bytes:
    meta = f'{{"key":"{key}","next_page_url":{next_page_url}}}'
    return f'{{"meta":{meta},"flows":[{",".join(rows)}]}}'.encode()


def squeezed(text: str) -> str:
    """The text without white space outside of strings, and with raw controls escaped."""
    out, inside, escaped = [], False, False
    for character in text:
        if inside and character < " ":
            out.append(f"\\u{ord(character):04x}")
        elif inside or character not in " \t\r\n":
            out.append(character)
        if character == '"' and not escaped:
            inside = not inside
        escaped = inside and character == "\\" and not escaped
    return "".join(out)
