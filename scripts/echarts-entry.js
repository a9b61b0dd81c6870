// What of ECharts the charts are drawn with (app/static/js/charts.js); scripts/vendor.py makes one file of it.
import { init, use } from "echarts/core";
import { BarChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, GridSimpleComponent, LegendPlainComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, LineChart, PieChart, AriaComponent, GridSimpleComponent, LegendPlainComponent, CanvasRenderer]);
export { init };
