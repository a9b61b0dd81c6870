// Draws the figures of every .hy-figure, FAB's {cols, rows} in data-chart, into its .js-chart. The table beside it has
// the same figures, so nothing is lost without. Colours are those of the page; patterns tell series apart without them.
(function () {
  "use strict";
  var MOST = 20, SLICES = 6, COLOURS = 6;
  var rem = parseFloat(window.getComputedStyle(document.documentElement).fontSize), small = 0.75;
  var probe = document.createElement("span");

  function ink(name) { /* computed: what the canvas cannot parse (color-mix and the like) becomes rgb() */
    probe.style.color = "var(" + name + ")";
    return window.getComputedStyle(probe).color;
  }
  function palette() {
    var found = { text: ink("--hy-ink"), soft: ink("--hy-soft"), line: ink("--hy-line"), card: ink("--hy-card"), series: [] };
    for (var number = 1; number <= COLOURS; number += 1) { found.series.push(ink("--hy-chart-" + number)); }
    return found;
  }
  function label(row) { return String(row.c[0].v); }
  function item(row, place) { /* a value that knows its way */
    var cell = row.c[place];
    return { value: cell.v, name: label(row), href: cell.href || row.c[0].href };
  }
  function isLong(rows) {
    return rows.length > 8 || rows.some(function (row) { return label(row).length > 5; });
  }
  function axes(rows, isLying, ink, width) {
    var words = { type: "category", data: rows.map(label), inverse: isLying, axisTick: { show: false },
      axisLabel: { color: ink.text, hideOverlap: !isLying, interval: isLying ? 0 : "auto", width: Math.min(9.4 * rem, 0.42 * width), overflow: "truncate", fontSize: small * rem },
      axisLine: { lineStyle: { color: ink.line } } };
    var numbers = { type: "value", minInterval: 1, axisLabel: { color: ink.soft, hideOverlap: true, fontSize: small * rem }, splitLine: { lineStyle: { color: ink.line } } };
    return isLying ? { xAxis: numbers, yAxis: words } : { xAxis: words, yAxis: numbers };
  }
  function sum(row) { return row.c.slice(1).reduce(function (all, cell) { return all + cell.v; }, 0); }
  function folded(data, others) { /* few series; what is left over is one more */
    if (data.cols.length - 1 <= SLICES) { return data; }
    var kept = SLICES;
    return {
      cols: data.cols.slice(0, kept).concat({ label: others }),
      rows: data.rows.map(function (row) {
        return { c: row.c.slice(0, kept).concat({ v: sum({ c: row.c.slice(kept - 1) }) }) };
      })
    };
  }
  function legend(names, width, ink) { /* as high as its lines */
    var all = names.reduce(function (wide, name) { return wide + (3.75 + name.length * small) * rem; }, 0);
    return { legend: { top: 0, left: 0, right: 0, textStyle: { color: ink.text, fontSize: small * rem } }, height: Math.ceil(all / Math.max(width - 40, 1)) * 1.6 * rem + 10 };
  }
  function grid(data, kind, ink, width) {
    var isMany = data.cols.length > 2, rows = kind === "line" ? data.rows : data.rows.slice(0, MOST);
    var option = axes(rows, kind !== "line" && isLong(rows), ink, width);
    var key = isMany ? legend(data.cols.slice(1).map(function (col) { return col.label; }), width, ink) : { height: 20 };
    option.grid = { left: 8, right: 48, top: key.height, bottom: 8 };
    option.legend = key.legend;
    option.series = data.cols.slice(1).map(function (col, number) {
      return {
        name: col.label, type: kind === "line" ? "line" : "bar", stack: kind === "stacked" ? "all" : undefined,
        barMaxWidth: 26, symbol: ["circle", "rect", "triangle", "diamond"][number % 4], symbolSize: 8,
        label: { show: !isMany && (kind !== "line" || width / rows.length > 34), position: option.yAxis.type === "category" ? "right" : "top", color: ink.text, fontSize: small * rem },
        itemStyle: kind === "stacked" ? { borderColor: ink.card, borderWidth: 1 } : {},
        data: rows.map(function (row) { return item(row, number + 1); })
      };
    });
    return option;
  }
  function donut(data, ink, others, width) {
    var rows = data.rows.slice().sort(function (a, b) { return b.c[1].v - a.c[1].v; });
    var cut = rows.length > SLICES ? SLICES - 1 : rows.length, slices = rows.slice(0, cut).map(function (row) { return item(row, 1); });
    if (cut < rows.length) {
      slices.push({ name: others, value: rows.slice(cut).reduce(function (all, row) { return all + row.c[1].v; }, 0) });
    }
    var isNarrow = width < 520, key = legend(slices.map(function (each) { return each.name; }), width, ink);
    return {
      legend: isNarrow ? key.legend : undefined,
      series: [{
        type: "pie", radius: ["42%", "68%"], center: ["50%", isNarrow ? "60%" : "50%"], data: slices, itemStyle: { borderColor: ink.card, borderWidth: 2 },
        label: { color: ink.text, formatter: isNarrow ? "{c}" : "{b}\n{c} ({d}%)", lineHeight: 1.1 * rem, fontSize: small * rem }, labelLine: { length: isNarrow ? 8 : 16, length2: isNarrow ? 8 : 14, lineStyle: { color: ink.soft } }
      }]
    };
  }
  function option(data, kind, others, width) {
    var ink = palette(), made = kind === "pie" ? donut(data, ink, others, width) : grid(folded(data, others), kind, ink, width);
    var isSplit = kind === "pie" || kind === "stacked" || data.cols.length > 2;
    made.color = ink.series;
    made.animation = false;
    made.textStyle = { fontFamily: window.getComputedStyle(document.body).fontFamily };
    made.aria = { enabled: isSplit, label: { enabled: false }, decal: { show: isSplit } };
    return made;
  }

  // --- what a figure says when it is pointed at: an element of ours, because ECharts' own costs 17 KB ---
  function tip(element, chart) {
    var shown = document.createElement("div");
    shown.className = "hy-tip";
    shown.hidden = true;
    shown.setAttribute("aria-hidden", "true");
    element.after(shown);
    chart.on("mousemove", function (at) {
      shown.textContent = at.name + (at.seriesName && at.seriesName.indexOf("\0") < 0 ? " · " + at.seriesName : "") + ": " + at.value;
      shown.hidden = false;
      shown.style.left = Math.min(at.event.offsetX + 14, Math.max(element.clientWidth - shown.offsetWidth, 0)) + "px";
      shown.style.top = at.event.offsetY + 14 + "px";
      element.classList.toggle("hy-leads", Boolean(at.data && at.data.href));
    });
    chart.on("globalout", function () { shown.hidden = true; });
    chart.on("mouseout", function () { shown.hidden = true; });
    return shown;
  }

  function draw(element) {
    rem = parseFloat(window.getComputedStyle(document.documentElement).fontSize);
    var figure = element.closest(".hy-figure").dataset, data = JSON.parse(figure.chart), shown;
    var made = option(data, figure.kind, figure.others, element.clientWidth), isLying = made.yAxis && made.yAxis.type === "category";
    element.style.height = isLying ? made.yAxis.data.length * 1.9 * rem + made.grid.top + 40 + "px" : "";
    var chart = window.echarts.init(element);
    chart.setOption(made);
    shown = tip(element, chart);
    chart.on("click", function (at) { if (at.data && at.data.href) { window.location.assign(at.data.href); } });
    return { element: element, chart: chart, end: function () { chart.dispose(); shown.remove(); } };
  }

  if (!window.echarts) { return; }
  probe.hidden = true;
  document.body.append(probe);
  var all = Array.prototype.slice.call(document.querySelectorAll(".js-chart"));
  var drawn = all.map(draw);
  if (window.matchMedia("(max-width: 991.98px)").matches) { /* beside it there is no room: on demand */
    document.querySelectorAll(".hy-figure:not(.hy-figure-heat) .hy-numbers").forEach(function (each) { each.open = false; });
  }
  new window.ResizeObserver(function () {
    drawn.forEach(function (each) { each.chart.resize(); });
  }).observe(document.querySelector("main") || document.body);
  document.addEventListener("huiyin:look", function () {
    drawn.forEach(function (each) { each.end(); });
    drawn = all.map(draw);
  });
}());
