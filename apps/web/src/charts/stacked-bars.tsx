import { ticksOf } from "./scale.ts";
import "./charts.css";

/** A colour with its shape: `bad` is hatched, too. */
export type Tone = "good" | "bad" | "quiet" | "wait" | "kept" | "free";

export type Column = {
  readonly key: string;
  /** Stands below the column. */
  readonly label: string;
  /** The column in a sentence that begins with its label. */
  readonly sentence: string;
  /** A value for each tone, from the bottom up. */
  readonly values: readonly number[];
};

type StackedBarsProps = {
  /** The whole in a sentence. */
  sentence: string;
  tones: readonly Tone[];
  columns: readonly Column[];
  /** The key of the column about which more is told. */
  chosen: string | undefined;
  onChoose: (key: string) => void;
  tickText: (value: number) => string;
};

const heightPx = 132;
/** A line of text fits above the highest line of the axis. */
const topPx = 8;
const barPercent = 62;

/** Columns of parts, one above the other. Each column is a button, for a pointer, a finger and the keyboard alike. */
export function StackedBars({ sentence, tones, columns, chosen, onChoose, tickText }: StackedBarsProps) {
  const ticks = ticksOf(Math.max(0, ...columns.map(({ values }) => values.reduce((sum, value) => sum + value, 0))));
  const top = ticks.at(-1) ?? 1;
  const yOf = (value: number): number => topPx + (heightPx - topPx) * (1 - value / top);
  const widthPercent = 100 / Math.max(1, columns.length);
  return (
    <div class="bars">
      <div class="bars-axis" style={{ height: `${heightPx}px` }} aria-hidden="true">
        {/* The widest keeps the place, since the others are laid out by themselves. */}
        <span class="bars-widest">{tickText(top)}</span>
        {ticks.map((tick) => (
          <span key={tick} style={{ top: `${yOf(tick)}px` }}>
            {tickText(tick)}
          </span>
        ))}
      </div>
      <div class="bars-plot">
        <svg role="img" aria-label={sentence} width="100%" height={heightPx}>
          <Hatch />
          {ticks.map((tick) => (
            <line key={tick} class="bars-line" x1="0" x2="100%" y1={yOf(tick)} y2={yOf(tick)} />
          ))}
          {columns.map((column, index) => {
            let below = 0;
            return tones.map((tone, part) => {
              const from = below;
              below += column.values[part] ?? 0;
              if (below === from) return null;
              return (
                <rect
                  key={`${column.key} ${tone}`}
                  class={`tone-${tone}${chosen === undefined || chosen === column.key ? "" : " is-faint"}`}
                  x={`${(index + (1 - barPercent / 100) / 2) * widthPercent}%`}
                  width={`${(widthPercent * barPercent) / 100}%`}
                  y={Math.min(yOf(below), yOf(from) - 2)}
                  height={Math.max(2, yOf(from) - yOf(below))}
                />
              );
            });
          })}
        </svg>
        <ol class="bars-columns">
          {columns.map(({ key, label, sentence: own }) => (
            <li key={key}>
              <button
                type="button"
                aria-label={own}
                class={chosen === key ? "is-chosen" : ""}
                onClick={() => onChoose(key)}
                onFocus={() => onChoose(key)}
                onPointerEnter={() => onChoose(key)}
              >
                {label}
              </button>
            </li>
          ))}
        </ol>
      </div>
    </div>
  );
}

/** The pattern of `bad`: its colour is not the only difference. */
function Hatch() {
  return (
    <defs>
      <pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class="hatch-ground" width="5" height="5" />
        <rect class="hatch-line" width="1.5" height="5" />
      </pattern>
    </defs>
  );
}

/** The sign of a tone, beside its name. */
export function Swatch({ tone }: { tone: Tone }) {
  return (
    <svg class="swatch" width="12" height="12" aria-hidden="true">
      {tone === "bad" ? <Hatch /> : null}
      <rect class={`tone-${tone}`} x="0.5" y="0.5" width="11" height="11" rx="3" />
    </svg>
  );
}
