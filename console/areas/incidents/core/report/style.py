"""The report's style: light and dark as the reader's system has it, light on paper. Colours as in the window."""

_LIGHT = """--bg:#fff;--panel:#f3f4f7;--border:#cfd4dd;--grid:#dfe3ea;--text:#1a1e26;--muted:#545d6b;--accent:#1a58c4;
--gapbg:#fff4de;--gap:#7a4b00;--fatal:#86104a;--critical:#ad1529;--high:#9a3d00;--medium:#6f5300;--low:#1f5f8b;--info:#545d6b;
--l1:#1a58c4;--l2:#c2410c;--l3:#8b2fb5;color-scheme:light"""
_DARK = """--bg:#15181e;--panel:#21262f;--border:#363d49;--grid:#2a303b;--text:#e3e6eb;--muted:#a0a9b6;--accent:#74acff;
--gapbg:#38290c;--gap:#f0b95a;--fatal:#ff8fc0;--critical:#ff8a8a;--high:#ffa765;--medium:#e8c95a;--low:#84c5f4;--info:#a7b0bd;
--l1:#74acff;--l2:#ff9d66;--l3:#cf9bf0;color-scheme:dark"""
_SEVERITIES = ("fatal", "critical", "high", "medium", "low", "info")

_RULES = """*{box-sizing:border-box}
body{margin:0 auto;padding:24px;max-width:1040px;background:var(--bg);color:var(--text);
font:15px/1.45 system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
h1{font-size:26px;margin:0 0 4px}
h2{font-size:19px;margin:32px 0 8px;padding-bottom:4px;border-bottom:1px solid var(--border)}
h3{font-size:16px;margin:20px 0 6px}h4,h5,h6{font-size:15px;margin:16px 0 4px}p{margin:6px 0}
h1,h2,h3,h4,h5,h6,p,td,th,dd,dt,li,figcaption{overflow-wrap:anywhere}
.quiet{color:var(--muted);fill:var(--muted)}
nav a{color:var(--accent);margin-right:14px;text-decoration:none}nav a:hover,nav a:focus{text-decoration:underline}
nav{margin:12px 0}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:13.5px}
th,td{text-align:left;vertical-align:top;padding:5px 10px 5px 0;border-bottom:1px solid var(--grid)}
th{color:var(--muted);font-weight:600;white-space:nowrap}th.n,td.n{text-align:right;white-space:nowrap}
td{white-space:pre-line}.nb{white-space:nowrap}
dl{display:grid;grid-template-columns:minmax(120px,200px) 1fr;gap:2px 16px;margin:6px 0}dt{color:var(--muted)}
dd{margin:0;white-space:pre-wrap}
code,pre{font:13px/1.4 ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace}
pre{background:var(--panel);border:1px solid var(--border);border-radius:6px;padding:10px 12px;white-space:pre-wrap;
overflow-wrap:anywhere;margin:6px 0}
.loud{background:var(--gapbg);color:var(--gap);border:1px solid var(--gap);border-radius:6px;padding:10px 14px;margin:12px 0}
.loud table,.loud th{color:inherit}
.box{border:1px solid var(--border);border-radius:6px;padding:4px 14px 10px;margin:10px 0}
blockquote{margin:6px 0;padding-left:12px;border-left:3px solid var(--border);color:var(--muted)}
svg{display:block;width:100%;height:auto;overflow:visible}svg.spark{width:120px;height:24px}
svg text{font-size:11px;fill:var(--text)}svg text.quiet{fill:var(--muted)}
.axis{stroke:var(--muted)}.grid{stroke:var(--grid)}.ring{fill:none;stroke:var(--critical);stroke-width:2}
.key{display:flex;flex-wrap:wrap;gap:4px 16px;list-style:none;padding:0;margin:4px 0;font-size:13px}
.stroke1,.stroke2,.stroke3{fill:none;stroke-width:1.5}
@media print{body{max-width:none;padding:0;font-size:10.5pt}nav{display:none}h2,h3{break-after:avoid}
tr,svg,.box>h3,.loud{break-inside:avoid}.wide{overflow:visible}a{color:inherit}}
"""


def style() -> str:
    """Return the style sheet. It names no address, and the page's policy allows no other."""
    parts = [f":root{{{_LIGHT}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{_DARK}}}}}\n", _RULES]
    parts += [f".s-{name}{{fill:var(--{name})}}.t-{name}{{color:var(--{name})}}" for name in _SEVERITIES]
    parts += [f".line{n}{{fill:var(--l{n})}}.stroke{n}{{stroke:var(--l{n})}}.k{n}{{color:var(--l{n})}}" for n in (1, 2, 3)]
    return "".join(parts)
