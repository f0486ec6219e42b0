/** CPUs of the host by their numbers, in rising order. */
export type CpuList = readonly number[]

/** Room for 2,048 CPUs in answers that must be told how much they may take. */
export const CPU_MAP_BYTES = 256

/** As libvirt has them on the wire: bit n of the map, counted from the lowest of its first byte, is CPU n. */
export function cpuMapOf(cpus: CpuList): Uint8Array {
  const map = new Uint8Array(cpus.length === 0 ? 0 : Math.floor(Math.max(...cpus) / 8) + 1)
  for (const cpu of cpus) {
    if (!Number.isInteger(cpu) || cpu < 0) throw new TypeError(`${cpu} is not the number of a CPU`)
    map[cpu >> 3] = (map[cpu >> 3] ?? 0) | (1 << (cpu & 7))
  }
  return map
}

export function cpusOf(map: Uint8Array): number[] {
  const cpus: number[] = []
  for (const [index, byte] of map.entries()) {
    for (let bit = 0; bit < 8; bit++) if ((byte >> bit) & 1) cpus.push(index * 8 + bit)
  }
  return cpus
}

/** Several maps of one length, one after the other. */
export function cpuListsOf(maps: Uint8Array, mapBytes = CPU_MAP_BYTES): number[][] {
  const lists: number[][] = []
  for (let at = 0; at + mapBytes <= maps.length; at += mapBytes) lists.push(cpusOf(maps.subarray(at, at + mapBytes)))
  return lists
}

/** CPUs as libvirt writes them in text, such as '0,2-3' for a guest's. */
export function cpuListText(cpus: CpuList): string {
  for (const cpu of cpus)
    if (!Number.isInteger(cpu) || cpu < 0) throw new TypeError(`${cpu} is not the number of a CPU`)
  return cpus.join(',')
}
