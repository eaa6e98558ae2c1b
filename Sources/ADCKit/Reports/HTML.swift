import ADCEmission

/// The parts of a page.
enum HTML {
  static func section(_ title: String, _ body: String) -> String {
    body.isEmpty ? "" : "<section>\n<h2>\(Markup.escaped(title))</h2>\n\(body)</section>\n"
  }

  /// A table whose first column has words and all others numbers, beneath a heading; what a row has
  /// beyond the heading is words again.
  static func table(_ heading: [String], _ rows: [[String]]) -> String {
    guard !rows.isEmpty else { return "" }
    let widest = rows.map(\.count).max() ?? 0
    let empty = [String](repeating: "", count: max(0, widest - heading.count))
    let head = (heading + empty).map { "<th>\(Markup.escaped($0))</th>" }.joined()
    let lines = rows.map { row in
      let full = row + [String](repeating: "", count: widest - row.count)
      let cells = full.enumerated().map { place, text in
        "<td\(place < heading.count ? "" : " class=\"words\"")>\(Markup.escaped(text))</td>"
      }
      return "<tr>" + cells.joined() + "</tr>"
    }
    return "<div class=\"wide\"><table class=\"numbers\">\n<thead><tr>\(head)</tr></thead>\n"
      + "<tbody>\n" + lines.joined(separator: "\n") + "\n</tbody></table></div>\n"
  }

  /// Terms and what they are.
  static func list(_ pairs: [(String, String)]) -> String {
    guard !pairs.isEmpty else { return "" }
    let lines = pairs.map { "<dt>\(Markup.escaped($0.0))</dt><dd>\(Markup.escaped($0.1))</dd>" }
    return "<dl>\n" + lines.joined(separator: "\n") + "\n</dl>\n"
  }

  /// A whole page with its style.
  static func page(title: String, body: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(Markup.escaped(title))</title>
    <style>
    \(style)
    \(Chart.style)
    </style>
    </head>
    <body>
    <main>
    \(body)</main>
    </body>
    </html>

    """
  }

  private static let style = """
    :root{--ink:#1c2128;--soft:#57606a;--ground:#fff;--panel:#f6f8fa;--line:#d8dee4}
    @media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b1;--ground:#0d1117;\
    --panel:#161b22;--line:#30363d}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
    main{max-width:1360px;margin:0 auto;padding:24px clamp(12px,3vw,40px) 48px}
    h1{font-size:1.7rem;margin:.2em 0}
    h2{font-size:1.2rem;margin:2em 0 .6em;padding-bottom:.2em;border-bottom:1px solid var(--line)}
    p,dt,footer{color:var(--soft)}
    dl{display:grid;grid-template-columns:max-content 1fr;gap:.2em 1.2em;margin:1em 0}
    dd{margin:0;overflow-wrap:anywhere}
    .wide,.mathematics{overflow-x:auto}
    .mathematics table{border-spacing:0}
    .mathematics td{padding:.2em;vertical-align:baseline;white-space:nowrap}
    .mathematics .left{text-align:right}
    .mathematics .note,.mathematics .words{color:var(--soft);padding-left:1.6em}
    .mathematics .words{padding-left:0}
    math{font-size:1.1em}
    table.numbers{border-collapse:collapse;font-variant-numeric:tabular-nums}
    .numbers th,.numbers td{padding:.25em .9em;text-align:right;border-bottom:1px solid var(--line);\
    white-space:nowrap}
    .numbers th{color:var(--soft);font-weight:600}
    .numbers th:first-child,.numbers td:first-child{text-align:left;padding-left:0}
    .numbers td.words{text-align:left;white-space:normal;min-width:14em;color:var(--soft)}
    .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,480px),1fr));gap:16px}
    .charts svg{width:100%;height:auto;max-width:860px}
    pre{background:var(--panel);padding:1em;overflow-x:auto;font:13px/1.45 ui-monospace,monospace}
    footer{margin-top:3em;font-size:.85rem}
    @media print{main{max-width:none}section{break-inside:avoid-page}}
    """
}
