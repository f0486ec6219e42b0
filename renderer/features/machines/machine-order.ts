import { machineStates, type Machine } from '@strata/contract/machines.ts'

import { byName } from './machine-search.ts'

export const sortColumns = ['name', 'state', 'cpu', 'memory', 'address', 'system', 'host'] as const
export type SortColumn = (typeof sortColumns)[number]
export interface TableSort {
  readonly column: SortColumn
  readonly direction: 'ascending' | 'descending'
}

export const isSortColumn = (column: string): column is SortColumn =>
  (sortColumns as readonly string[]).includes(column)

/** What the order needs besides the machine itself. */
export interface OrderFigures {
  cpuShare(machine: Machine): number
  memoryUsedKiB(machine: Machine): number
  hostLabel(machine: Machine): string
}

/** '192.168.122.9' before '192.168.122.10'; machines without one come last. */
function addressKey(machine: Machine): string {
  const [address] = machine.addresses
  if (address === undefined) return '\uffff'
  return address.replace(/\d+/g, (digits) => digits.padStart(5, '0'))
}

type Key = string | number

function keyOf(column: Exclude<SortColumn, 'name'>, figures: OrderFigures): (machine: Machine) => Key {
  switch (column) {
    case 'state':
      return (machine) => machineStates.indexOf(machine.state)
    case 'cpu':
      return (machine) => figures.cpuShare(machine)
    case 'memory':
      return (machine) => figures.memoryUsedKiB(machine)
    case 'address':
      return addressKey
    case 'system':
      return (machine) => machine.osName?.toLowerCase() ?? '\uffff'
    case 'host':
      return (machine) => figures.hostLabel(machine).toLowerCase()
  }
}

const absent = (key: Key) => key === '\uffff' || Number.isNaN(key)

/** Sorted for the table: equal ones by name, and what has no value last in both directions. */
export function sortMachines(machines: readonly Machine[], sort: TableSort, figures: OrderFigures): readonly Machine[] {
  const sign = sort.direction === 'ascending' ? 1 : -1
  if (sort.column === 'name') return [...machines].sort((a, b) => sign * byName(a, b))
  const key = keyOf(sort.column, figures)
  return machines
    .map((machine) => ({ machine, key: key(machine) }))
    .sort((a, b) => {
      const lacking = Number(absent(a.key)) - Number(absent(b.key))
      if (lacking !== 0) return lacking
      if (a.key < b.key) return -sign
      if (a.key > b.key) return sign
      return byName(a.machine, b.machine)
    })
    .map(({ machine }) => machine)
}

/** What a press on a column's head makes of the order. */
export function nextSort(current: TableSort, column: SortColumn): TableSort {
  const figure = column === 'cpu' || column === 'memory'
  const first = figure ? 'descending' : 'ascending'
  if (current.column !== column) return { column, direction: first }
  return { column, direction: current.direction === 'ascending' ? 'descending' : 'ascending' }
}
