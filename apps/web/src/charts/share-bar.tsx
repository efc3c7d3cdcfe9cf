import { sharesOf } from "./scale.ts";
import { Swatch, type Tone } from "./stacked-bars.tsx";
import "./charts.css";

/** A line between two shares takes part of it. */
const leastPercent = 2;

type Share = { readonly name: string; readonly value: number; readonly text: string; readonly tone: Tone };

/** Shows a whole as a bar of its parts, and the same as a table. */
export function ShareBar({ sentence, shares }: { sentence: string; shares: readonly Share[] }) {
  const shown = shares.filter(({ value }) => value > 0);
  const places = sharesOf(
    shown.map(({ value }) => value),
    leastPercent,
  );
  return (
    <div class="shares">
      <svg role="img" aria-label={sentence} width="100%" height="16">
        {shown.map(({ name, tone }, index) => (
          <rect
            key={name}
            class={`tone-${tone}`}
            x={`${places[index]?.from ?? 0}%`}
            width={`${places[index]?.size ?? 0}%`}
            height="100%"
          />
        ))}
      </svg>
      <table class="figures">
        <tbody>
          {shown.map(({ name, text, tone }) => (
            <tr key={name}>
              <th scope="row">
                <Swatch tone={tone} /> {name}
              </th>
              <td>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type Ranked = { readonly name: string; readonly value: number; readonly text: string };

/** Lists names with their figures, and a bar beside each. */
export function RankedBars({ caption, rows }: { caption: string; rows: readonly Ranked[] }) {
  const highest = Math.max(1, ...rows.map(({ value }) => value));
  return (
    <table class="figures ranked">
      <caption>{caption}</caption>
      <tbody>
        {rows.map(({ name, value, text }) => (
          <tr key={name}>
            <th scope="row">
              <bdi>{name}</bdi>
              <svg width="100%" height="4" aria-hidden="true">
                <rect class="tone-good" width={`${(100 * value) / highest}%`} height="4" rx="2" />
              </svg>
            </th>
            <td>{text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
