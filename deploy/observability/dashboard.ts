/**
 * The dashboard for Grafana, which a person reads in a minute: is it well, what waits and for what, what fails where, how
 * fast, how full. The bundle has it as dashboard.json, which Grafana imports.
 */

/** @property legend default: Grafana's own. */
type Query = { readonly expr: string; readonly legend?: string };

type Panel = {
  readonly type: "stat" | "timeseries" | "bargauge";
  readonly title: string;
  readonly description?: string;
  readonly queries: readonly Query[];
  /** A unit of Grafana: "s", "bytes", "Bps" … */
  readonly unit?: string;
  readonly defaults?: object;
  readonly options?: object;
};

type Row = { readonly height: number; readonly panels: readonly (Panel & { readonly width: number })[] };

const failed = 'class!~"succeeded|interrupted"';
const p = (share: number, histogram: string, by: string, having = "") =>
  `histogram_quantile(${share}, sum by (${by}) (rate(${histogram}_bucket${having}[$__rate_interval])))`;
const withApp = (expr: string) => `${expr} * on (instance, job) group_left (app) dwld_build_info`;

const lines = { custom: { fillOpacity: 10, showPoints: "never" } };
const areas = { custom: { fillOpacity: 40, showPoints: "never", stacking: { mode: "normal" } } };
const bars = { custom: { drawStyle: "bars", fillOpacity: 80, lineWidth: 0, stacking: { mode: "normal" } } };
const plain = { colorMode: "none", graphMode: "none", textMode: "value_and_name" };
const background = { colorMode: "background", graphMode: "none", textMode: "value_and_name" };
const from = (steps: readonly (readonly [value: number | null, color: string])[]) => ({
  thresholds: { mode: "absolute", steps: steps.map(([value, color]) => ({ value, color })) },
});
const isUp = {
  ...from([
    [null, "red"],
    [1, "green"],
  ]),
  mappings: [{ type: "value", options: { 0: { text: "away" }, 1: { text: "well" } } }],
};
const isNone = from([
  [null, "green"],
  [1, "orange"],
]);

const rows: readonly Row[] = [
  {
    height: 4,
    panels: [
      {
        ...{ width: 4, type: "stat", title: "Processes", options: plain },
        queries: [{ expr: "count by (app) (dwld_build_info)", legend: "{{app}}" }],
      },
      {
        ...{ width: 3, type: "stat", title: "Task table", options: background, defaults: isUp },
        queries: [{ expr: "min(dwld_database_up)" }],
      },
      {
        ...{ width: 3, type: "stat", title: "Destination", options: background, defaults: isUp },
        description: "The FTP server, or the folder.",
        queries: [{ expr: "min(dwld_destination_up)" }],
      },
      {
        ...{ width: 5, type: "stat", title: "Troubles", options: background, defaults: isNone },
        description: "dwld status has the sentences.",
        queries: [
          { expr: "max by (source) (dwld_troubles) > 0 or on () vector(0)", legend: "{{source}}" },
          { expr: "max by (kind) (dwld_notices) > 0", legend: "told: {{kind}}" },
        ],
      },
      {
        ...{ width: 3, type: "stat", title: "Delivered in 24 h", options: plain, defaults: { decimals: 0 } },
        queries: [{ expr: 'sum(increase(dwld_deliveries_total{outcome="delivered"}[1d])) or vector(0)' }],
      },
      {
        ...{ width: 3, type: "stat", title: "Failed attempts in 24 h", options: plain, defaults: { decimals: 0 } },
        description: "Most of them are tried again.",
        queries: [{ expr: `sum(increase(dwld_attempts_total{${failed}}[1d])) or vector(0)` }],
      },
      {
        ...{ width: 3, type: "stat", title: "yt-dlp", options: { ...plain, textMode: "name" } },
        queries: [{ expr: "dwld_ytdlp_info", legend: "{{version}}" }],
      },
    ],
  },
  {
    height: 8,
    panels: [
      {
        ...{ width: 8, type: "timeseries", title: "Links by state", defaults: areas },
        queries: [{ expr: 'max by (state) (dwld_tasks{state!~"done|failed|canceled"})', legend: "{{state}}" }],
      },
      {
        ...{ width: 8, type: "timeseries", title: "Longest wait, by what for", unit: "s", defaults: lines },
        description: "place: its turn. next_attempt and start_time end by themselves.",
        queries: [{ expr: "max by (reason) (dwld_oldest_waiting_seconds) > 0", legend: "{{reason}}" }],
      },
      {
        ...{ width: 8, type: "timeseries", title: "From due to begun", unit: "s", defaults: lines },
        queries: [
          { expr: p(0.5, "dwld_queue_wait_seconds", "le, kind"), legend: "{{kind}}, half of them" },
          { expr: p(0.95, "dwld_queue_wait_seconds", "le, kind"), legend: "{{kind}}, 95 %" },
        ],
      },
    ],
  },
  {
    height: 8,
    panels: [
      {
        ...{ width: 8, type: "timeseries", title: "Failures by class", defaults: bars },
        description: "docs/failures.md explains the classes.",
        queries: [
          {
            expr: `sum by (class) (increase(dwld_attempts_total{${failed}}[$__rate_interval]))`,
            legend: "{{class}}",
          },
        ],
      },
      {
        ...{ width: 8, type: "bargauge", title: "Failures by site and stage", defaults: { decimals: 0 } },
        options: { orientation: "horizontal", displayMode: "basic" },
        queries: [
          {
            expr: `topk(12, sum by (site, stage) (increase(dwld_attempts_total{${failed}}[$__range])) > 0)`,
            legend: "{{site}} · {{stage}}",
          },
        ],
      },
      {
        ...{ width: 8, type: "timeseries", title: "Broken extractors, by version of yt-dlp", unit: "percentunit" },
        description: "A share that rises with a version speaks against it.",
        defaults: { ...lines, min: 0, max: 1 },
        queries: [
          {
            expr:
              'sum by (ytdlp_version) (increase(dwld_attempts_total{class=~"extractor_broken|unknown"}[1h])) / ' +
              'sum by (ytdlp_version) (increase(dwld_attempts_total{class!="interrupted"}[1h]))',
            legend: "{{ytdlp_version}}",
          },
        ],
      },
    ],
  },
  {
    height: 7,
    panels: [
      {
        ...{ width: 8, type: "timeseries", title: "Sites that refuse", defaults: bars },
        description: "Each is paused, and one link at a time tries it again.",
        queries: [{ expr: "max by (site) (dwld_site_breakers_open) > 0", legend: "{{site}}" }],
      },
      {
        ...{ width: 8, type: "timeseries", title: "Links in line, by site", defaults: areas },
        queries: [{ expr: "max by (site) (dwld_site_due_tasks) > 0", legend: "{{site}}" }],
      },
      {
        ...{ width: 8, type: "timeseries", title: "What limits refused", defaults: bars },
        queries: [
          {
            expr: "sum by (limit, subject) (increase(dwld_limit_refusals_total[$__rate_interval])) > 0",
            legend: "{{limit}} of a {{subject}}",
          },
        ],
      },
    ],
  },
  {
    height: 8,
    panels: [
      {
        ...{ width: 8, type: "timeseries", title: "Speed", unit: "Bps", defaults: lines },
        description: "Bytes count when a download or a delivery ends.",
        queries: [
          { expr: "sum(rate(dwld_downloaded_bytes_total[$__rate_interval]))", legend: "downloaded" },
          { expr: "sum(rate(dwld_delivered_bytes_total[$__rate_interval]))", legend: "delivered" },
        ],
      },
      {
        ...{ width: 8, type: "timeseries", title: "Time of a download and of a delivery", unit: "s", defaults: lines },
        queries: [
          { expr: p(0.9, "dwld_attempt_duration_seconds", "le", '{outcome="succeeded"}'), legend: "download, 90 %" },
          { expr: p(0.9, "dwld_delivery_duration_seconds", "le", '{outcome="delivered"}'), legend: "delivery, 90 %" },
        ],
      },
      {
        ...{ width: 8, type: "timeseries", title: "Disk for downloads", unit: "bytes", defaults: { ...lines, min: 0 } },
        description: "Nothing new begins below the reserve.",
        queries: [
          { expr: "max by (host) (dwld_disk_free_bytes)", legend: "free on {{host}}" },
          { expr: "max(dwld_disk_reserve_bytes)", legend: "reserve" },
          { expr: "max by (host) (dwld_undelivered_bytes)", legend: "undelivered on {{host}}" },
        ],
      },
    ],
  },
  {
    height: 7,
    panels: [
      {
        ...{ width: 6, type: "timeseries", title: "Calls of the api, 95 %", unit: "s", defaults: lines },
        queries: [{ expr: p(0.95, "dwld_rpc_call_duration_seconds", "le, method"), legend: "{{method}}" }],
      },
      {
        ...{ width: 6, type: "timeseries", title: "Calls that failed", unit: "reqps", defaults: lines },
        queries: [
          {
            expr: 'sum by (code) (rate(dwld_rpc_calls_total{code!~"OK|Canceled"}[$__rate_interval])) > 0',
            legend: "{{code}}",
          },
        ],
      },
      {
        ...{ width: 6, type: "timeseries", title: "CPU", unit: "percentunit", defaults: lines },
        description: "Without yt-dlp and ffmpeg.",
        queries: [
          { expr: withApp("rate(process_cpu_seconds_total[$__rate_interval])"), legend: "{{app}} {{instance}}" },
        ],
      },
      {
        ...{ width: 6, type: "timeseries", title: "Memory", unit: "bytes", defaults: { ...lines, min: 0 } },
        queries: [{ expr: withApp("process_resident_memory_bytes"), legend: "{{app}} {{instance}}" }],
      },
    ],
  },
  {
    height: 6,
    panels: [
      {
        ...{ width: 8, type: "timeseries", title: "Event loop, 99 %", unit: "s", defaults: lines },
        description: "How long everything else waited for a process.",
        queries: [{ expr: p(0.99, "dwld_event_loop_delay_seconds", "le, instance"), legend: "{{instance}}" }],
      },
      {
        ...{ width: 8, type: "timeseries", title: "Work for nothing", defaults: bars },
        description: "Processes that died or stood still, and defects.",
        queries: [
          { expr: "sum(increase(dwld_leases_lost_total[$__rate_interval]))", legend: "lost by a run" },
          { expr: "sum(increase(dwld_leases_expired_total[$__rate_interval]))", legend: "returned for a dead process" },
          { expr: "sum(increase(dwld_defects_total[$__rate_interval]))", legend: "defects" },
        ],
      },
      {
        ...{ width: 8, type: "stat", title: "Configuration", options: background, defaults: isNone },
        description: "Processes whose last reload failed, and keys that wait for a restart.",
        queries: [
          { expr: "count(dwld_configuration_last_reload_successful == 0) or vector(0)", legend: "wrong" },
          { expr: "max(dwld_configuration_keys_awaiting_restart)", legend: "wait for a restart" },
        ],
      },
    ],
  },
];

const source = { type: "prometheus", uid: "${datasource}" };

function place({ height, panels }: Row, y: number, firstId: number): object[] {
  let x = 0;
  return panels.map(({ width, queries, unit = "short", defaults = {}, ...panel }, index) => {
    const gridPos = { x, y, w: width, h: height };
    x += width;
    const targets = queries.map(({ expr, legend = "__auto" }, order) => ({
      ...{ refId: String.fromCodePoint(65 + order), expr, legendFormat: legend },
      instant: panel.type !== "timeseries",
    }));
    const fieldConfig = { defaults: { unit, ...defaults }, overrides: [] };
    return { id: firstId + index, ...panel, datasource: source, gridPos, targets, fieldConfig };
  });
}

function placeAll(): object[] {
  const panels: object[] = [];
  let y = 0;
  for (const row of rows) {
    panels.push(...place(row, y, panels.length + 1));
    y += row.height;
  }
  return panels;
}

/** All queries, by the titles of their panels. */
export const dashboardQueries = rows.flatMap(({ panels }) =>
  panels.flatMap(({ title, queries }) => queries.map(({ expr }) => ({ title, expr }))),
);

export const dashboard = {
  ...{ uid: "dwld", title: "dwld", tags: ["dwld"], schemaVersion: 39, timezone: "browser", refresh: "1m" },
  time: { from: "now-24h", to: "now" },
  templating: { list: [{ name: "datasource", label: "Prometheus", type: "datasource", query: "prometheus" }] },
  panels: placeAll(),
};
