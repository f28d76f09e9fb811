"""Pages and records as text, written by hand: what a test states is what the wire carries."""

CREATED = "2026-11-23T14:05:00Z"


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
