// Turns the plain option of a chart into one ECharts understands: numbers of its language on axes and in tips, colours of
// the dark theme. The server evaluates the same text, without "export", to draw the charts of letters.
export function prepareChart(option, dark) {
  const DARK = {
    "#1b222c": "#e5e8ed", "#545f6d": "#a6b0bc", "#7f8a97": "#8993a0", "#dfe3e8": "#2d3541", "#ffffff": "#181d25",
    "#1c4587": "#94b9f3", "#5b86cc": "#5b86cc", "#a01f1f": "#ffa39d", "#1b683d": "#84d8a6", "#774900": "#efc271",
    "#eceff2": "#272f39",
  };
  const written = (english) => (value, decimals) => {
    const [whole, rest] = Math.abs(value).toFixed(decimals).split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, english ? "," : "\u202f");
    return (value < 0 ? "−" : "") + grouped + (rest ? (english ? "." : ",") + rest : "");
  };
  const safe = (text) => String(text).replace(/[&<>"]/g, (sign) => "&#" + sign.charCodeAt(0) + ";");
  // the formatters of one language; the option names them, so that a chart is drawn in the language it was made in
  const formatters = (english) => {
    const number = written(english);
    const unit = english ? "" : "\u00a0";
    const euros = (text, scale) => (english ? (text.startsWith("−") ? "−€" + text.slice(1) : "€" + text) + scale
      : text + "\u00a0" + scale + "€");
    return {
      percent: (value) => (Number.isInteger(value) ? number(value, 0) : number(value, 2).replace(/0$/, "")) + unit + "%",
      euros: (value) => (Math.abs(value) >= 1e6 ? euros(number(value / 1e6, Number.isInteger(value / 1e6) ? 0 : 1), "M")
        : Math.abs(value) >= 1e4 ? euros(number(value / 1e3, 0), "k") : euros(number(value, 0), "")),
      tip: (points) => {
        const lines = [].concat(points).filter((point) => point.data && point.data.text)
          .map((point) => `<div>${safe(point.seriesName)}${english ? "" : " "}: <strong>${safe(point.data.text)}</strong></div>`);
        const first = [].concat(points)[0];
        return lines.length ? `<div><strong>${safe(first.name)}</strong></div>` + [...new Set(lines)].join("") : "";
      },
    };
  };
  const french = formatters(false);
  const english = formatters(true);
  const FORMATTERS = {
    "@percent": french.percent, "@euros": french.euros, "@tip": french.tip,
    "@percent_en": english.percent, "@euros_en": english.euros, "@tip_en": english.tip,
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
