// Draws every element of class js-chart: FAB's {cols, rows} in data-chart, its kind and height beside it.
(function () {
  "use strict";
  var drawn = [];

  function ink(element) {
    return window.getComputedStyle(element).color;
  }

  function option(data, kind, color) {
    var labels = data.rows.map(function (row) { return String(row.c[0].v); });
    var common = { tooltip: { trigger: "item", renderMode: "richText" }, animation: false };
    if (kind === "PieChart") {
      common.series = [{
        type: "pie", radius: ["35%", "70%"], label: { color: color },
        data: data.rows.map(function (row, i) { return { name: labels[i], value: row.c[1].v }; })
      }];
      return common;
    }
    common.tooltip.trigger = "axis";
    common.grid = { left: 16, right: 16, top: 24, bottom: 48 };
    if (data.cols.length > 2) { common.legend = { top: 0, textStyle: { color: color } }; }
    common.xAxis = { type: "category", data: labels, axisLabel: { color: color, hideOverlap: true } };
    common.yAxis = { type: "value", axisLabel: { color: color } };
    common.series = data.cols.slice(1).map(function (col, i) {
      return {
        name: col.label, type: kind === "LineChart" ? "line" : "bar",
        data: data.rows.map(function (row) { return row.c[i + 1].v; })
      };
    });
    return common;
  }

  function draw(element) {
    var chart = window.echarts.init(element);
    chart.setOption(option(JSON.parse(element.dataset.chart), element.dataset.kind, ink(element)));
    drawn.push(chart);
  }

  function drawAll() {
    if (window.echarts) { document.querySelectorAll(".js-chart").forEach(draw); }
  }

  window.addEventListener("resize", function () { drawn.forEach(function (chart) { chart.resize(); }); });
  drawAll();
}());
