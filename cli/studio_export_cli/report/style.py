"""The style sheet of the report, with a light and a dark set of colours."""

# After Okabe and Ito, whose colours colour-blind readers can distinguish. c: Flows, h: heat.
_COLOURS = {  # light, dark
    "page": ("#f5f6f8", "#12161c"),
    "card": ("#ffffff", "#1a2029"),
    "ink": ("#1d2430", "#e6e9ee"),
    "soft": ("#5c6675", "#98a2b1"),
    "edge": ("#dfe3e8", "#2a323d"),
    "grid": ("#e8ebef", "#29313c"),
    "open": ("#b3bac4", "#5d6876"),
    "bar": ("#0072b2", "#4ba3d9"),
    "c0": ("#0072b2", "#4ba3d9"),
    "c1": ("#d17f00", "#e59a2e"),
    "c2": ("#009e73", "#2bb98c"),
    "c3": ("#c0629a", "#d883b4"),
    "c4": ("#56a8d8", "#8cc8ec"),
    "c5": ("#7a5fb0", "#a08ad6"),
    "c6": ("#8b95a3", "#8b95a3"),
    "h0": ("#eef1f4", "#222a34"),
    "h1": ("#cfe3f0", "#1c3d54"),
    "h2": ("#98c6e2", "#1f5a80"),
    "h3": ("#559fcb", "#2d7fb3"),
    "h4": ("#1a76ae", "#58a9da"),
    "h5": ("#084a75", "#a8d8f5"),
    "full": ("#009e73", "#2bb98c"),
    "part": ("#e0a030", "#d79a3a"),
    "none": ("#d1495b", "#e06a7a"),
    "track": ("#f0f2f5", "#232b36"),
}
_FILLED = [name for name in _COLOURS if name not in {"page", "card", "ink", "soft", "edge", "grid"}]


def sheet() -> str:
    fills = "".join(f".{name}{{fill:var(--{name});background:var(--{name})}}" for name in _FILLED)
    dark = f"@media(prefers-color-scheme:dark){{:root{{{_variables(1)}}}}}"
    return f":root{{color-scheme:light dark;{_variables(0)}}}{dark}{fills}{_RULES}"


def _variables(scheme: int) -> str:
    return ";".join(f"--{name}:{colours[scheme]}" for name, colours in _COLOURS.items())


_RULES = """
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1140px;margin:0 auto;padding:24px 16px 40px}
h1{font-size:24px;line-height:1.25;margin:0 0 4px}
h2{font-size:16px;margin:0 0 2px;overflow-wrap:anywhere}
p{margin:0 0 8px;color:var(--soft)}.card p{font-size:13px}
.tiles,.cards{display:grid;gap:12px;margin-top:16px}
.tiles{grid-template-columns:repeat(auto-fit,minmax(150px,1fr))}
.cards{grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr))}
.card{background:var(--card);border:1px solid var(--edge);border-radius:10px;padding:14px 16px}
.wide{margin-top:12px}
@media(min-width:761px){.span{grid-column:span 2}}
.tile b{display:block;font-size:22px;line-height:1.3;font-variant-numeric:tabular-nums}
.tile span{color:var(--soft);font-size:13px}
h2.sid{font:600 13px/1.7 ui-monospace,monospace;color:var(--ink)}
svg{display:block;width:100%;height:auto;margin-top:8px;overflow:visible}
text{fill:var(--soft);font-size:11px}
text.number,text.name{fill:var(--ink)}
.grid,.axis{stroke:var(--grid)}.axis{stroke:var(--soft)}
.phone{display:none}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:13px}
.legend i{display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:6px}
table{border-collapse:collapse;width:100%;font-size:13px;font-variant-numeric:tabular-nums}
th,td{padding:4px 10px 4px 0;text-align:right;border-top:1px solid var(--edge);white-space:nowrap}
th{font-weight:500;color:var(--soft)}thead th{border-top:0}
th:first-child,td:first-child{text-align:left;padding-right:14px}
.wraps tbody th{white-space:normal;overflow-wrap:anywhere;color:var(--ink)}
h2.flow{font-size:19px;margin:28px 0 2px}h2.flow+p{font-size:13px;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
details{margin-top:8px;font-size:13px}summary{cursor:pointer;color:var(--soft)}
details .scroll{max-height:320px;overflow:auto}
.late{color:var(--none);font-weight:600}
footer{margin-top:20px;color:var(--soft);font-size:13px}
@media(max-width:760px){.desk{display:none}.phone{display:block}main{padding:16px 12px 32px}
.tiles{grid-template-columns:1fr 1fr}
table:not(.wraps) tbody th{max-width:116px;overflow:hidden;text-overflow:ellipsis}
h1{font-size:21px}}
@media print{body{background:#fff}.card{break-inside:avoid}details{display:none}}
"""
