import type { Sensor } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import { bytesText } from "../words/formats.ts";
import { type Language, language } from "../words/language.ts";

/** A reading as it is shown: with its unit, and with the whole of which it is a part. */
type Reading = { readonly name: string; readonly text: string; readonly whole: string | undefined };

type Sensed = Pick<Sensor, "name" | "unit" | "value">;

/** Returns the readings in their order: "memory_used" and "memory_total" are one. */
export function readingsOf(sensors: readonly Sensed[], of?: Language): readonly Reading[] {
  const wholes = new Map(sensors.map((sensor) => [sensor.name, sensor]));
  return sensors.flatMap((sensor) => {
    const { name } = sensor;
    const total = name.endsWith("_used") ? wholes.get(name.replace(/_used$/, "_total")) : undefined;
    if (name.endsWith("_total") && wholes.has(name.replace(/_total$/, "_used"))) return [];
    return [
      {
        name: total === undefined ? name : name.replace(/_used$/, ""),
        text: readingText(sensor, of),
        whole: total === undefined ? undefined : readingText(total, of),
      },
    ];
  });
}

/** A unit of a newer server stays as it came. */
function readingText({ value, unit }: Sensed, of: Language = language.value): string {
  switch (unit) {
    case "bytes":
      return bytesText(Math.round(value), of);
    case "celsius":
      return value.toLocaleString(of, { style: "unit", unit: "celsius", maximumFractionDigits: 0 });
    case "percent":
      return (value / 100).toLocaleString(of, { style: "percent", maximumFractionDigits: 0 });
    default:
      return `${value.toLocaleString(of, { maximumFractionDigits: 2 })} ${unit === "1" ? "" : oneLine(unit)}`.trim();
  }
}
