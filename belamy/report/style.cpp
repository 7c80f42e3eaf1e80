#include "belamy/report/assets.h"

namespace belamy {

const char* const kReportStyle = R"css(
:root { color-scheme: light dark;
  --paper: #fbfaf8; --card: #ffffff; --ink: #1b1c1e; --soft: #65676d; --rule: #e4e2dd;
  --c0: #0072b2; --c1: #c95400; --c2: #00805c; --c3: #a8507f;
  --good: #00734f; --warn: #a84300; --warn-paper: #fdf1e8; --code: #f4f2ee; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #131417; --card: #1b1d21; --ink: #eceae6; --soft: #9b9ea6; --rule: #2f3238;
  --c0: #5cb6ee; --c1: #f0a04b; --c2: #4fd0a5; --c3: #e29ac2;
  --good: #5fd3a6; --warn: #f3a869; --warn-paper: #2c2119; --code: #16181b; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
  -webkit-text-size-adjust: 100%; }
main { max-width: 1120px; margin: 0 auto; padding: 48px 24px 72px; }
h1, h2, h3, p, ul, figure, dl, dd { margin: 0; padding: 0; }
ul { list-style: none; }
h1 { font-size: clamp(30px, 5vw, 44px); line-height: 1.1; letter-spacing: -.02em; font-weight: 680;
  overflow-wrap: anywhere; }
h2 { font-size: 21px; letter-spacing: -.01em; font-weight: 650; margin: 56px 0 18px; }
h3 { font-size: 15px; font-weight: 620; }
h3 span { font-weight: 400; color: var(--soft); margin-left: 8px; font-size: 13px; }
.eyebrow { color: var(--soft); font-size: 13px; letter-spacing: .06em; text-transform: uppercase;
  margin-bottom: 10px; }
.lead { color: var(--soft); font-size: 18px; margin-top: 12px; max-width: 60ch; }
.card { background: var(--card); border: 1px solid var(--rule); border-radius: 12px; }
.hero { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 20px;
  margin-top: 36px; align-items: start; }
.timeline { padding: 16px; }
.timeline img { display: block; width: 100%; image-rendering: pixelated; border-radius: 6px;
  background: #808080; }
.controls { display: flex; align-items: center; gap: 14px; margin-top: 14px; }
.controls button { flex: none; width: 40px; height: 40px; border: 0; border-radius: 50%;
  background: var(--ink); color: var(--card); font-size: 15px; line-height: 1; cursor: pointer; }
.controls input { flex: 1; min-width: 0; accent-color: var(--c0); height: 28px; }
.controls output { flex: none; min-width: 6.5em; text-align: right; color: var(--soft); font-size: 14px;
  font-variant-numeric: tabular-nums; }
.figures { display: grid; grid-template-columns: 1fr 1fr; overflow: hidden; }
.figures div { padding: 15px 18px; box-shadow: 0 0 0 .5px var(--rule); }
.figures dt { color: var(--soft); font-size: 13px; }
.figures dd { font-size: 22px; font-weight: 620; letter-spacing: -.01em; line-height: 1.3;
  font-variant-numeric: tabular-nums; }
.figures dd small { font-size: 14px; font-weight: 400; color: var(--soft); letter-spacing: 0; }
.health { margin-top: 20px; padding: 16px 18px; }
.health h3 { display: flex; align-items: center; gap: 9px; }
.health h3::before { content: ""; width: 9px; height: 9px; border-radius: 50%;
  background: var(--soft); }
.health.good h3::before { background: var(--good); }
.health.warn { background: var(--warn-paper); }
.health.warn h3::before { background: var(--warn); }
.health li { margin-top: 14px; padding-top: 14px; border-top: 1px solid var(--rule); font-size: 15px; }
.health li strong { display: block; }
.health li strong::first-letter, .health li p::first-letter { text-transform: uppercase; }
.health li strong span { font-weight: 400; color: var(--soft); font-size: 14px; margin-left: 6px; }
.health li p + p { color: var(--soft); margin-top: 4px; }
.note { color: var(--soft); font-size: 14px; margin-top: 10px; }
.charts { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 20px; }
.chart { padding: 18px 18px 14px; }
.chart figcaption { min-height: 56px; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 16px; margin-top: 4px; font-size: 13px;
  color: var(--soft); }
.legend li { display: flex; align-items: center; gap: 7px; }
.legend i { width: 18px; height: 0; border-top: 2.5px solid var(--c); border-radius: 2px; }
.legend i.dashed, .legend i.level { border-top: 2px dashed var(--c); border-radius: 0; }
.legend i.band { height: 12px; border: 0; background: var(--c); opacity: .25; border-radius: 3px; }
.c0 { --c: var(--c0); } .c1 { --c: var(--c1); } .c2 { --c: var(--c2); } .c3 { --c: var(--c3); }
.level { --c: var(--soft); }
.plot { padding: 12px 8px 26px 46px; }
.area { position: relative; height: 220px; }
.area svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: hidden; }
.area path { fill: none; stroke: var(--c); vector-effect: non-scaling-stroke; stroke-linejoin: round; }
.area .line { stroke-width: 2; }
.area .raw { stroke-width: 1; opacity: .3; }
.area .dashed { stroke-width: 1.5; stroke-dasharray: 5 4; }
.area .level { stroke-width: 1; stroke-dasharray: 3 4; }
.area .band { fill: var(--c); stroke: none; opacity: .18; }
.area span { position: absolute; color: var(--soft); font-size: 12px; line-height: 1;
  font-variant-numeric: tabular-nums; }
.area span b { position: absolute; font-weight: 400; white-space: nowrap; }
.area .y { left: 0; right: 0; border-top: 1px solid var(--rule); }
.area .y b { right: 100%; margin-right: 8px; top: -6px; }
.area .x { bottom: 0; height: 6px; }
.area .x b { top: 14px; transform: translateX(-50%); }
.area::after { content: ""; position: absolute; left: 0; right: 0; bottom: 0;
  border-bottom: 1px solid var(--soft); opacity: .5; pointer-events: none; }
.area .at { position: absolute; top: 0; bottom: 0; width: 1px; background: var(--soft); opacity: .6;
  pointer-events: none; }
.area .tip { position: absolute; top: 6px; z-index: 2; padding: 8px 11px; border-radius: 8px;
  background: var(--ink); color: var(--card); font-size: 13px; line-height: 1.45;
  pointer-events: none; white-space: nowrap; font-variant-numeric: tabular-nums; }
.area .tip p { display: flex; justify-content: space-between; gap: 16px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 9px 18px; border-top: 1px solid var(--rule); white-space: nowrap; }
thead th { border-top: 0; color: var(--soft); font-weight: 500; font-size: 13px; }
th.n, td.n { text-align: right; }
td small { color: var(--soft); font-size: 13px; margin-left: 4px; }
tfoot td { font-weight: 620; }
.networks { display: grid; gap: 20px; }
.networks h3 { padding: 16px 18px 8px; }
details summary { cursor: pointer; padding: 14px 18px; font-weight: 620; font-size: 15px; }
pre { margin: 0; padding: 16px 18px; border-top: 1px solid var(--rule); background: var(--code);
  overflow-x: auto; font: 13px/1.6 ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace;
  border-radius: 0 0 12px 12px; }
footer { margin-top: 64px; padding-top: 18px; border-top: 1px solid var(--rule); color: var(--soft);
  font-size: 13px; overflow-wrap: anywhere; }
@media (max-width: 800px) { main { padding: 28px 16px 48px; }
  .hero, .charts { grid-template-columns: minmax(0, 1fr); gap: 16px; }
  h2 { margin-top: 40px; } .chart figcaption { min-height: 0; }
  .chart { padding: 16px 12px 12px; } th, td { padding: 9px 12px; } }
@media print { .controls { display: none; } .card { break-inside: avoid; } }
)css";

}  // namespace belamy
