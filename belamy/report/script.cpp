#include "belamy/report/assets.h"

namespace belamy {

const char* const kReportScript = R"js(
"use strict";
for (const timeline of document.querySelectorAll(".timeline")) {
  const frames = JSON.parse(timeline.querySelector("script").textContent);
  const image = timeline.querySelector("img"), slider = timeline.querySelector("input");
  const output = timeline.querySelector("output"), button = timeline.querySelector("button");
  if (!slider) continue;
  let timer = 0;
  const show = () => {
    const frame = frames[slider.value];
    image.src = frame.src;
    output.textContent = "step " + frame.step.toLocaleString("en");
    image.alt = "Samples at step " + frame.step;
  };
  const stop = () => { clearInterval(timer); timer = 0; button.textContent = "▶"; };
  slider.addEventListener("input", () => { stop(); show(); });
  button.addEventListener("click", () => {
    if (timer) return stop();
    if (+slider.value === frames.length - 1) slider.value = 0;
    button.textContent = "❚❚";
    show();
    timer = setInterval(() => {
      if (+slider.value === frames.length - 1) return stop();
      slider.value = +slider.value + 1;
      show();
    }, Math.max(80, Math.min(400, 6000 / frames.length)));
  });
  timeline.querySelector(".controls").hidden = false;
}
for (const chart of document.querySelectorAll(".chart")) {
  const lines = JSON.parse(chart.querySelector("script").textContent);
  const area = chart.querySelector(".area");
  const at = document.createElement("div"), tip = document.createElement("div");
  at.className = "at"; tip.className = "tip"; at.hidden = tip.hidden = true;
  area.append(at, tip);
  const nearest = (places, x) => {
    let low = 0, high = places.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (places[middle] < x) low = middle + 1; else high = middle;
    }
    return low > 0 && x - places[low - 1] < places[low] - x ? low - 1 : low;
  };
  const row = (name, value) => {
    const p = document.createElement("p"), left = document.createElement("span");
    const right = document.createElement("span");
    left.style.cssText = right.style.cssText = "position:static;color:inherit;font-size:inherit;line-height:inherit";
    left.textContent = name; right.textContent = value;
    p.append(left, right);
    return p;
  };
  const move = event => {
    const box = area.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width;
    const first = lines.find(line => line.places.length > 0);
    if (!first) return;
    const index = nearest(first.places, x), place = first.places[index];
    tip.replaceChildren(row("step", first.steps[index].toLocaleString("en")));
    for (const line of lines) {
      if (line.places.length === 0) continue;
      const value = line.values[nearest(line.places, place)];
      tip.append(row(line.name, value === null ? "–" : value));
    }
    at.hidden = tip.hidden = false;
    at.style.left = 100 * place + "%";
    const left = place * box.width + 12;
    tip.style.left = Math.max(0, Math.min(left, box.width - tip.offsetWidth)) + "px";
    if (left > box.width - tip.offsetWidth) {
      tip.style.left = Math.max(0, place * box.width - 12 - tip.offsetWidth) + "px";
    }
  };
  area.addEventListener("pointermove", move);
  area.addEventListener("pointerdown", move);
  area.addEventListener("pointerleave", () => { at.hidden = tip.hidden = true; });
}
)js";

}  // namespace belamy
