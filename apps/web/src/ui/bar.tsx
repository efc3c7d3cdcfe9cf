/** How far something has come: a percentage, or undefined if nobody knows. */
export function Bar({ percent, label }: { percent: number | undefined; label: string }) {
  return <progress class="bar" aria-label={label} max={100} {...(percent === undefined ? {} : { value: percent })} />;
}
