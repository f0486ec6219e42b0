import type { Machine } from '@strata/contract/machines.ts'

/** The machines that somebody means who types a name or a UUID: a UUID is sure, a title only where no name is the same. */
export function machinesNamed(typed: string, machines: readonly Machine[]): readonly Machine[] {
  const wanted = typed.trim().toLowerCase()
  const ways: ((machine: Machine) => string | null)[] = [({ uuid }) => uuid, ({ name }) => name, ({ title }) => title]
  for (const way of ways) {
    const found = machines.filter((machine) => way(machine)?.toLowerCase() === wanted)
    if (found.length > 0) return found
  }
  return []
}
