// Turns the plain option of a chart into one ECharts understands: French numbers on axes and in tips, colours of the dark
// theme. The server evaluates the same text, without "export", to draw the charts of letters.
export function prepareChart(option, dark) {
  const DARK = {
    "#1b222c": "#e5e8ed", "#545f6d": "#a6b0bc", "#7f8a97": "#8993a0", "#dfe3e8": "#2d3541", "#ffffff": "#181d25",
    "#1c4587": "#94b9f3", "#5b86cc": "#5b86cc", "#a01f1f": "#ffa39d", "#1b683d": "#84d8a6", "#774900": "#efc271",
    "#eceff2": "#272f39",
  };
  const french = (value, decimals) => {
    const [whole, rest] = Math.abs(value).toFixed(decimals).split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, "\u202f");
    return (value < 0 ? "−" : "") + grouped + (rest ? "," + rest : "");
  };
  const safe = (text) => String(text).replace(/[&<>"]/g, (sign) => "&#" + sign.charCodeAt(0) + ";");
  const FORMATTERS = {
    "@percent": (value) => (Number.isInteger(value) ? french(value, 0) : french(value, 2).replace(/0$/, "")) + "\u00a0%",
    "@euros": (value) => (Math.abs(value) >= 1e6 ? french(value / 1e6, Number.isInteger(value / 1e6) ? 0 : 1) + "\u00a0M€"
      : Math.abs(value) >= 1e4 ? french(value / 1e3, 0) + "\u00a0k€" : french(value, 0) + "\u00a0€"),
    "@tip": (points) => {
      const lines = [].concat(points).filter((point) => point.data && point.data.text)
        .map((point) => `<div>${safe(point.seriesName)} : <strong>${safe(point.data.text)}</strong></div>`);
      const first = [].concat(points)[0];
      return lines.length ? `<div><strong>${safe(first.name)}</strong></div>` + [...new Set(lines)].join("") : "";
    },
  };
  const walk = (node) => {
    if (Array.isArray(node)) return node.map(walk);
    if (node && typeof node === "object") {
      return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, walk(value)]));
    }
    if (typeof node === "string" && FORMATTERS[node]) return FORMATTERS[node];
    return (dark && DARK[node]) || node;
  };
  return walk(option);
}
