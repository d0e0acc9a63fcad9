// Draws the figures of a page from the option that stands beside each; ECharts is fetched only where there is a figure.
import { prepareChart } from "./chart_option.js";

const drawn = new Map();
let library = null;

function echarts() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = document.body.dataset.charts;
    script.onload = () => resolve(window.echarts);
    script.onerror = reject;
    document.head.append(script);
  });
  return library;
}

function isDark() {
  return document.documentElement.dataset.bsTheme === "dark";
}

function draw(place, chart, dark = isDark()) {
  const option = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  chart.setOption(prepareChart(option, dark), true);
}

const sizes = new ResizeObserver((entries) => {
  for (const entry of entries) {
    const chart = drawn.get(entry.target);
    if (chart && entry.target.clientWidth) chart.resize();
  }
});

export async function drawCharts(part) {
  const places = [...part.querySelectorAll("[data-chart]")].filter((place) => !drawn.has(place));
  if (!places.length) return;
  const library = await echarts();
  for (const place of places) {
    const chart = library.init(place, null, { renderer: "svg" });
    drawn.set(place, chart);
    draw(place, chart);
    place.dataset.drawn = "true";
    sizes.observe(place);
  }
}

export function redrawCharts() {
  for (const [place, chart] of drawn) {
    if (place.isConnected) {
      draw(place, chart);
    } else {
      chart.dispose();
      drawn.delete(place);
    }
  }
}

// A printed page is narrower than the screen: the figures are drawn again at its width, in the colours of paper.
const PAPER_WIDTH = 640;

window.addEventListener("beforeprint", () => {
  for (const [place, chart] of drawn) {
    if (!place.isConnected) continue;
    chart.resize({ width: Math.min(PAPER_WIDTH, place.clientWidth || PAPER_WIDTH) });
    draw(place, chart, false);
  }
});
window.addEventListener("afterprint", () => {
  redrawCharts();
  for (const chart of drawn.values()) chart.resize({ width: "auto" });
});
