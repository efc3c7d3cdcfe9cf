/** Shows progress in percent; undefined: it goes on, and nobody knows how far. */
export function Bar({ percent, label }: { percent: number | undefined; label: string }) {
  return <progress class="bar" aria-label={label} max={100} {...(percent === undefined ? {} : { value: percent })} />;
}
