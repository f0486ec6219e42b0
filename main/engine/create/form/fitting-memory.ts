/** Whole quarters of a gibibyte that fit into what is free, but never less than a small system needs. */
export function fittingMemoryKiB(availableKiB: number, wantedKiB = availableKiB): number {
  const step = 256 * 1024
  return Math.max(step, Math.min(wantedKiB, Math.floor(availableKiB / step) * step))
}
