/**
 * One HTML file that loads and runs nothing: made to be kept, mailed or attached to a CI run. `body` and `style` are ours; text from outside goes
 * through `escapedHtml`.
 */
export function htmlPage(title: string, body: string, style: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapedHtml(title)}</title>
<style>${base}${style}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`
}

/** Text for an element or a quoted attribute. Characters that are not seen become visible escapes; a tab becomes a space, line ends stay. */
export function escapedHtml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('\t', ' ')
    .replace(
      /[&<>"'`\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
      char =>
        /[&<>"'`]/.test(char) ? `&#${char.codePointAt(0)};` : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
}

const base = `
:root{--back:#fff;--text:#1b2129;--dim:#5b6572;--line:#dfe3e8;--ok:#14693a;--warn:#855000;--bad:#a3201d}
@media (prefers-color-scheme:dark){:root{--back:#0f1317;--text:#e3e8ee;--dim:#9ca7b4;--line:#2a323b;--ok:#85d9a5;--warn:#f2c572;--bad:#ff9d96}}
body{margin:0;background:var(--back);color:var(--text);font:14px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}
main{max-width:960px;margin:0 auto;padding:32px 20px}
h1{font-size:22px;margin:0 0 12px}h2{font-size:15px;margin:28px 0 6px}
small{font-weight:400;color:var(--dim)}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:2px 18px;margin:0}dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}
table{width:100%;border-collapse:collapse}th{text-align:start;font-weight:400;color:var(--dim);font-size:12px}
th,td{padding:5px 8px;border-bottom:1px solid var(--line);vertical-align:top}
code{font:12.5px ui-monospace,Menlo,Consolas,monospace}
footer{margin-top:28px;color:var(--dim);font-size:12.5px}footer p{margin:0}
@media print{body{font-size:11px}}
`
